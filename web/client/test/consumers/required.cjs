// CommonJS: Node takes the same modules by `require`.
const { createClient } = require('@parley/client');
console.log(typeof createClient);
