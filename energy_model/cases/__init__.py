"""Episodes of the past that data packages are held against, each a package of its own, loaded by its name alone."""
