"""Where orders come from by themselves: messages of shops and tills, keys of the API, files in folders."""

from orders.sources.connecting import save_source

__all__ = ["save_source"]
