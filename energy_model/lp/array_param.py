"""Parameters whose values stay in arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pyomo.core as pyo
from numpy.typing import ArrayLike, NDArray

from .index import IndexSpace, factors, space_of
from .late_units import LateUnit, WithLateUnit, is_same_unit
from .pyomo_internals import ARRAYS, IndexedParam, ParamData, require


class ArrayParam(IndexedParam, WithLateUnit):
    """A ``Param`` whose values live in one array over the product of its index sets.

    Parameters
    ----------
    *sets
        Index sets, at least one.
    values : array_like or mapping
        Scalar, array that broadcasts to one value per label of each set, or mapping from index to value.
        Numbers, or labels of another set.
    default : float, optional
        Value of every index that a mapping does not name.
    **kwargs
        ``units=``, which may be late, ``doc=``, ``within=`` and so on, as for ``pyo.Param``.
    """

    handed_out: ClassVar[int] = 0
    """How often any parameter has given away plain numbers: a rule that ran as a template then holds them."""

    def __init__(self, *sets: Any, values: ArrayLike | Mapping[Any, Any], default: Any = None, **kwargs: Any) -> None:
        require(ARRAYS, "Give the values by pyo.Param(..., initialize=...) instead.")
        if not sets:
            raise TypeError("an ArrayParam needs an index set; use pyo.Param for a single number")
        self._given: Any = values
        self._fill = default
        self._array: NDArray[Any] = np.empty(0)
        self._axes: IndexSpace | None = None
        late = kwargs.pop("units") if isinstance(kwargs.get("units"), LateUnit) else None
        super().__init__(*sets, **{"mutable": True, **kwargs} if late else kwargs)
        self._later = late

    def construct(self, data: Any = None) -> None:
        """Shape the values by the index sets; nothing is stored per index."""
        if self._constructed:
            return
        super().construct(data)
        self._units = self._later or self._units
        self._array = self._shaped(self._given)
        self._given = None

    @property
    def array(self) -> NDArray[Any]:
        """Values, of the shape (labels of the first set, of the second, ...), read-only: :meth:`store` changes them."""
        ArrayParam.handed_out += 1
        array = self._array.copy() if self._data else self._array
        for index, number in self._data.items():
            array.reshape(-1)[self._space.locate(index)] = pyo.value(number)
        view = array.view()
        view.flags.writeable = False
        return view

    def store(self, values: ArrayLike | Mapping[Any, Any]) -> None:
        """Replace all values; what is built already follows if the parameter has units or is mutable."""
        self._array = self._shaped(values)
        for index, number in self._data.items():
            number.set_value(self._array.reshape(-1)[self._space.locate(index)].item(), index)

    def renew(self, other: ArrayParam) -> None:
        """Take over the values given to another, over the same sets, that is not part of a model yet."""
        if list(map(id, factors(self.index_set()))) != list(map(id, factors(other.index_set()))):
            raise ValueError(f"{self.name} is declared again over other sets; values can change, sets cannot")
        if not is_same_unit(self._later or self.get_units(), other._later or other.get_units()):
            raise ValueError(f"{self.name} is declared again in {other.get_units()}; it has {self.get_units()}")
        if other._constructed:
            raise ValueError(f"{other.name} is part of a model already; it cannot stand for {self.name} as well")
        self._fill = other._fill
        self.store(other._given)

    @property
    def _space(self) -> IndexSpace:
        if self._axes is None:
            self._axes = space_of(self.index_set())
        return self._axes

    def __len__(self) -> int:
        return len(self.index_set())

    def __contains__(self, index: Any) -> bool:
        return index in self.index_set()

    def _shaped(self, values: ArrayLike | Mapping[Any, Any]) -> NDArray[Any]:
        shape = tuple(len(factor) for factor in factors(self.index_set()))
        if isinstance(values, Mapping):
            return self._from_mapping(values, shape)
        array = np.asarray(values)
        if array.dtype.kind in "biu":
            array = array.astype(np.float64)
        try:
            return np.broadcast_to(array, shape).copy()
        except ValueError as error:
            raise ValueError(f"{self.name} got values of shape {array.shape}; its index sets have {shape}") from error

    def _from_mapping(self, values: Mapping[Any, Any], shape: tuple[int, ...]) -> NDArray[Any]:
        if self._fill is None and len(values) < self._space.size:
            raise ValueError(f"{self.name} has {len(values)} values for {self._space.size} indices and no default")
        sample = self._fill if self._fill is not None else next(iter(values.values()), 0.0)
        array = np.full(shape, self._fill, dtype=object if isinstance(sample, str) else np.float64)
        for index, number in values.items():
            array.reshape(-1)[self._space.locate(index)] = number
        return array

    def _getitem_when_not_present(self, index: Any) -> Any:
        number = self._array.reshape(-1)[self._space.locate(index)]
        plain = number.item() if hasattr(number, "item") else number
        if not self.mutable:
            ArrayParam.handed_out += 1
            return plain
        # Units and later changes hang on ParamData: this one index gets one.
        data = self._data[index] = ParamData(self)
        data._index = index
        data.set_value(plain, index)
        return data
