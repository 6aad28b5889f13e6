// Uploads a film with tus-js-client and the options that are given as JSON.
//
//   node tus_options.cjs ENDPOINT FILE TOKEN OPTIONS
const fs = require("fs");
const path = require("path");
const tus = require("tus-js-client");

const [endpoint, file, token, options] = process.argv.slice(2);
const name = path.basename(file);

const given = JSON.parse(options);
// Several streams at once need a file that can be read from its middle.
const source = given.parallelUploads ? fs.readFileSync(file) : fs.createReadStream(file);
const upload = new tus.Upload(source, {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: name, filetype: "video/mp4" },
  retryDelays: null,
  ...given,
  onError(reason) {
    console.error(String(reason));
    process.exit(1);
  },
  onSuccess() {
    console.log(JSON.stringify({ url: upload.url }));
  },
});
upload.start();
