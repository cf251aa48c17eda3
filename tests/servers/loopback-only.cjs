// The gateway listens on every interface. With this preloaded, whatever listens in the process listens on loopback only.
const net = require("node:net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (first, ...rest) {
  if (first !== null && typeof first === "object" && "port" in first) {
    return listen.call(this, { ...first, host: "127.0.0.1" }, ...rest);
  }
  if (typeof first === "number" || typeof first === "string") {
    return listen.call(this, first, "127.0.0.1", ...rest.filter((argument) => typeof argument === "function"));
  }
  return listen.call(this, first, ...rest);
};
