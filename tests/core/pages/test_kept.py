"""What is kept per process: made once by key, the oldest forgotten first."""

from concurrent.futures import ThreadPoolExecutor

from backoffice.core.pages.kept import Kept, forget_kept


def test_it_is_made_once_until_it_is_forgotten():
    kept, made = Kept(2), []

    def make():
        made.append(1)
        return len(made)

    assert [kept.get("a", make), kept.get("a", make)] == [1, 1]
    forget_kept()
    assert kept.get("a", make) == 2


def test_the_oldest_goes_first():
    kept = Kept(2)
    for key in "abc":
        kept.get(key, lambda key=key: key.upper())
    assert [kept.get(key, lambda: "anew") for key in "cb"] == ["C", "B"]
    assert kept.get("a", lambda: "anew") == "anew"


def test_many_threads_keep_many_things():
    kept = Kept(3)
    with ThreadPoolExecutor(8) as threads:
        found = list(
            threads.map(lambda number: kept.get(number % 50, lambda: str(number % 50)), range(20_000))
        )
    assert found == [str(number % 50) for number in range(20_000)]
