using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "yardstick", worker = .yardstick)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "yardstick")],
);

const yardstick :Workerd.Worker = (
  modules = [
    (name = "detect.js", esModule = embed "detect.js"),
    (name = "twin.wasm", wasm = embed "twin.wasm"),
  ],
  compatibilityDate = "2026-04-15",
);
