using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "yardstick", worker = .yardstick),
    (name = "objects", disk = (path = "objects", writable = true)),
    (name = "outside", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "yardstick")],
);

const yardstick :Workerd.Worker = (
  modules = [(name = "stream.js", esModule = embed "stream.js")],
  compatibilityDate = "2026-04-15",
  bindings = [
    (name = "CONVERSATION", durableObjectNamespace = "Conversation"),
    (name = "MODEL", fromEnvironment = "MODEL"),
  ],
  durableObjectNamespaces = [(className = "Conversation", uniqueKey = "yardstick", enableSql = true)],
  durableObjectStorage = (localDisk = "objects"),
  globalOutbound = "outside",
);
