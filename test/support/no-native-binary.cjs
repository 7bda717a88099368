// Makes every native binary of the Triton package impossible to load, as on a platform that has none.
const Module = require('node:module');
const load = Module._load;
Module._load = function loadUnlessNative(request, ...rest) {
  if (/yellowstone-grpc-napi|napi[\\/]index|\.\/napi/.test(request)) throw new Error('Cannot find native binding');
  return load.call(this, request, ...rest);
};
