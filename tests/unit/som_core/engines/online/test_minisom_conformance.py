"""MiniSom's own unit tests, with Som in MiniSom's place."""

import minisom
import pytest

from som_core.engines.online import compilation
from som_core.engines.online.som import Som


@pytest.fixture(autouse=True, scope="module")
def compiled_kernels():
    compilation.warm_up().join()


@pytest.mark.filterwarnings("default")  # MiniSom's tests warn of high sigmas, as they should
class TestMinisomWithSom(minisom.TestMinisom):
    @pytest.fixture(autouse=True)
    def som_in_place_of_minisom(self, monkeypatch, tmp_path):
        monkeypatch.setattr(minisom, "MiniSom", Som)
        monkeypatch.chdir(tmp_path)  # one test writes a file

    def test_it_is_the_compiled_som_that_is_tested(self):
        assert type(self.som) is Som
        assert compilation.kernels() is not None
