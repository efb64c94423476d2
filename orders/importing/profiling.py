from backoffice.imports.profiling import FileProfile, FileProfiler
from orders.importing.fields import recognise


class OrderProfiler(FileProfiler):
    def profile(self) -> FileProfile:
        return super().profile(guesses=recognise(self._table.headers, self.sample))
