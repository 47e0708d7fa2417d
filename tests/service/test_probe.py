from service.db import writing, reading
from sqlalchemy import text
import pytest


@pytest.mark.parametrize("n", range(20))
def test_a(database, n):
    with writing() as s:
        assert s.execute(text("select 1")).scalar_one() == 1
