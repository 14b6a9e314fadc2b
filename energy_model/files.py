"""Everything the package writes goes through here: made in a hidden folder, moved into place in one step.

A hidden folder ``.energy-model-…`` beside the target holds what is being written. Its name is its own for each writer,
and a lock on a file in it is held for as long as the writer lives, so that two writers never meet and what a killed one
has left can be told from what is still in work. The next start in the same place removes it and says so.

One file, or one folder, takes its place by one system call. Where several parts belong together, a journal that lists
them is completed first: once it is there, the next start moves what is still to be moved; before, nothing has changed.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from energy_model import made_folders
from energy_model.errors import OutputError

PREFIX = ".energy-model-"
LOCK, JOURNAL, ASIDE = "lock", "publish.json", "aside"
_AT_CWD, _EXCHANGE_LINUX, _SWAP_MACOS = -100, 2, 2
_NO_EXCHANGE = {errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
_ATTEMPTS = 100

_log = logging.getLogger(__name__)


def check_writable(folder: str | os.PathLike[str]) -> None:
    """Make the folder, mend what a killed writer has left there, and see that it can be written: before the work.

    A briefing is written one level higher than a run, so what is left there is mended too.

    Raises
    ------
    OutputError
        If it cannot.
    """
    folder = Path(folder)
    try:
        made_folders.make(folder)
        for place in (folder.parent, folder):
            mend(place)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {reason(error)}; choose another folder") from error


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """A fresh folder that takes the place of ``target`` in one step when the block ends without error."""
    with Workplace.beside(target) as work:
        part = work.path / "new"
        with _in_words(target, "earlier results are untouched"):
            part.mkdir()
            yield part
            work.publish({part: target})


@contextmanager
def replacing_file(target: Path) -> Iterator[Path]:
    """A temporary path of the same ending that is moved onto ``target`` when the block ends without error."""
    with Workplace.beside(target, "the earlier file is untouched") as work:
        part = work.path / f"new{target.suffix}"
        with _in_words(target, "the earlier file is untouched"):
            yield part
            work.publish({part: target})


def write_text(target: str | os.PathLike[str], text: str) -> Path:
    """Write a text file in UTF-8 with the line ends of Unix, whole or not at all."""
    target = Path(target)
    with replacing_file(target) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
    return target


def write_json(path: Path, content: object) -> None:
    """Write JSON with sorted keys; equal content gives equal bytes."""
    path.write_text(json.dumps(content, indent=1, sort_keys=True, default=str) + "\n", encoding="utf-8", newline="\n")


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder by its name there; sorted, with ``/`` on every system."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in files}


def names_digest(digests: Mapping[str, str]) -> str:
    """SHA-256 of names and digests."""
    return hashlib.sha256(json.dumps(dict(digests), sort_keys=True).encode()).hexdigest()


def reason(error: OSError) -> str:
    """What went wrong, in the words of the system."""
    return error.strerror or str(error) or type(error).__name__


class Workplace:
    """A hidden folder in which something is made, gone afterwards.

    Parameters
    ----------
    folder : Path
        Where it lies; what is made is moved to somewhere in it. Made if it is missing.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """

    def __init__(self, folder: Path, consequence: str = "choose another folder") -> None:
        self.folder = folder
        self._made = not folder.exists()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            mend(folder)
            self.path, self._lock = _claimed(folder)
        except OSError as error:
            raise OutputError(f"cannot write to {folder}: {reason(error)}; {consequence}") from error

    @classmethod
    def beside(cls, target: Path, consequence: str = "choose another folder") -> Workplace:
        """A workplace in the folder of a target."""
        return cls(target.parent, consequence)

    def __enter__(self) -> Workplace:
        return self

    def __exit__(self, *_: object) -> None:
        _remove(self.path, self._lock)
        if self._made:
            with suppress(OSError):
                self.folder.rmdir()  # only if it is empty

    def publish(self, moves: Mapping[Path, Path]) -> None:
        """Move every part to its target, all or none; what was there is gone when the workplace is.

        If a part cannot be moved, or an interruption comes, all are put back. Killed in between, the next start in the
        same folder moves the others (:func:`mend`).

        Raises
        ------
        OSError
            If a part cannot be moved.
        """
        for part in moves:
            _to_disk(part)
        if len(moves) == 1 and all(_moved_at_once(part, target) for part, target in moves.items()):
            return
        steps = [_Step(part, target, self.path / f"{ASIDE}{n}") for n, (part, target) in enumerate(moves.items())]
        self._write_journal(steps)
        try:
            for step in steps:
                step.take()
        except BaseException:
            for step in reversed(steps):
                step.undo()
            raise
        finally:
            (self.path / JOURNAL).unlink()

    def _write_journal(self, steps: Sequence[_Step]) -> None:
        listed = [
            {
                "part": step.part.relative_to(self.path).as_posix(),
                "target": step.target.relative_to(self.folder).as_posix(),
                "digest": step.digest,
            }
            for step in steps
        ]
        draft = self.path / f"{JOURNAL}.part"
        write_json(draft, listed)
        _to_disk(draft)
        os.replace(draft, self.path / JOURNAL)


class _Step:
    """One part on its way to its target; its digest tells whether it is still to be moved."""

    def __init__(self, part: Path, target: Path, aside: Path, digest: str | None = None) -> None:
        self.part, self.target, self.aside = part, target, aside
        self.digest = digest if digest is not None else _identity(part)

    @property
    def is_ahead(self) -> bool:
        """Whether the part has not been moved yet."""
        return self.part.exists() and _identity(self.part) == self.digest

    def take(self) -> None:
        """Move the part to its target."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        if _replaced_nothing(self.part, self.target) or exchange(self.part, self.target):
            return
        os.replace(self.target, self.aside)
        os.replace(self.part, self.target)

    def undo(self) -> None:
        """Put back what was there, wherever the step was stopped."""
        if self.aside.exists():
            if self.target.exists():
                os.replace(self.target, self.part)
            os.replace(self.aside, self.target)
        elif not self.part.exists():
            os.replace(self.target, self.part)
        elif not self.is_ahead:
            exchange(self.part, self.target)


def mend(folder: Path) -> list[str]:
    """Complete or remove what killed writers have left in a folder; what is still in work is left alone.

    Returns
    -------
    list of str
        What was done, one sentence each; they are logged as warnings too.
    """
    said = []
    for path in sorted(folder.glob(f"{PREFIX}*")):
        lock = _taken_over(path)
        if lock is None:
            continue
        is_empty = [child.name for child in path.iterdir()] == [LOCK]  # of a writer that is about to begin elsewhere
        finished = _complete(path, folder)
        _remove(path, lock)
        if is_empty:
            continue
        if finished:
            said.append(f"{folder}: completed what an interrupted command had begun to move: {', '.join(finished)}")
        else:
            said.append(f"{folder}: removed {path.name}, left by an interrupted command; no result was lost")
    for sentence in said:
        _log.warning("%s", sentence)
    return said


def exchange(one: Path, other: Path) -> bool:
    """Let two files or folders change places in one step: ``False`` where none can, OutputError if this one failed."""
    if sys.platform == "win32":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        failed = library.renameat2(_AT_CWD, names[0], _AT_CWD, names[1], _EXCHANGE_LINUX)
    elif hasattr(library, "renamex_np"):
        failed = library.renamex_np(*names, _SWAP_MACOS)
    else:
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OutputError(f"cannot write {other}: {os.strerror(code)}; earlier results are untouched")


@contextmanager
def _in_words(target: Path, consequence: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot write {target}: {reason(error)}; {consequence}") from error


def _moved_at_once(part: Path, target: Path) -> bool:
    """Whether one step has brought a part to its target."""
    if part.is_file():
        os.replace(part, target)
        return True
    return _replaced_nothing(part, target) or exchange(part, target)


def _replaced_nothing(part: Path, target: Path) -> bool:
    """Whether a part has been moved to a target that was not there; another writer may be faster at any moment."""
    if target.exists():
        return False
    try:
        os.replace(part, target)
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
            raise
        return False
    return True


def _complete(path: Path, folder: Path) -> list[str]:
    """Targets of a journal, after those not yet there have been moved; none if nothing had been decided."""
    try:
        listed: Sequence[Mapping[str, Any]] = json.loads((path / JOURNAL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    for number, move in enumerate(listed):
        step = _Step(path / move["part"], folder / move["target"], path / f"{ASIDE}{number}", move["digest"])
        if step.is_ahead:
            step.take()
    return [str(move["target"]) for move in listed]


def _identity(part: Path) -> str:
    """Digest of a file, or of all files of a folder and their names."""
    return names_digest({"": file_digest(part)} if part.is_file() else folder_digests(part))


def _to_disk(part: Path) -> None:
    """Let the disk have every byte before a name points to it, in case the machine itself stops."""
    for path in [part] if part.is_file() else [part, *part.rglob("*")]:
        if path.is_dir() and sys.platform == "win32":
            continue
        handle = os.open(path, os.O_RDONLY if sys.platform != "win32" else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _claimed(folder: Path) -> tuple[Path, IO[bytes]]:
    """A new hidden folder and the lock that marks it as in work."""
    for _ in range(_ATTEMPTS):
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        with suppress(FileNotFoundError):  # somebody tidied up before it was locked: once more
            lock = (path / LOCK).open("wb")
            if _locked(lock, where_impossible=True) and (path / LOCK).exists():
                return path, lock
            lock.close()
    raise OutputError(f"cannot write to {folder}: its hidden folders are removed as fast as they are made")


def _taken_over(path: Path) -> IO[bytes] | None:
    """The lock of a hidden folder whose writer is dead; ``None`` if it is alive, or has just begun."""
    try:
        lock = (path / LOCK).open("r+b")
    except OSError:
        with suppress(OSError):
            path.rmdir()  # one that never got as far as its lock is empty
        return None
    if _locked(lock, where_impossible=False) and (path / LOCK).exists():
        return lock
    lock.close()
    return None


def _remove(path: Path, lock: IO[bytes]) -> None:
    """Remove a hidden folder, its journal first and its lock last: stopped in between, the next start goes on."""
    (path / JOURNAL).unlink(missing_ok=True)
    for child in path.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child, ignore_errors=True)
        elif child.name != LOCK:
            child.unlink(missing_ok=True)
    if sys.platform == "win32":
        lock.close()  # an open file cannot be removed there
    with suppress(OSError):
        (path / LOCK).unlink()
        path.rmdir()
    lock.close()


if sys.platform == "win32":
    import msvcrt

    def _locked(file: IO[bytes], where_impossible: bool) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            return error.errno not in {errno.EACCES, errno.EDEADLK} and where_impossible
        return True
else:
    import fcntl

    def _locked(file: IO[bytes], where_impossible: bool) -> bool:
        """Take the lock of a writer, which ends with its process; some network file systems have none."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return where_impossible
        return True
