"""``python -m energy_model.cli``."""

from energy_model.cli import main

if __name__ == "__main__":
    main()
