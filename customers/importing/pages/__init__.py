"""An import in the browser: file, columns, check, run. Each step is an address of its own."""
