"""The command line of Pontual; it sits on top of all other packages."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("pontual")
except PackageNotFoundError:  # a checkout that is not installed
    __version__ = "0+unknown"
