// Uploads a file with tus-js-client as an application would, and goes on with an upload that was cut off before.
//
//   node tus_upload.cjs ENDPOINT FILE TOKEN MEMORY [BYTES]
//
// MEMORY is the file that keeps the URLs of unfinished uploads. With BYTES the program dies once as many were sent.
// Each request is told in a line of JSON, the end in another.
const fs = require("fs");
const net = require("net");
const tus = require("tus-js-client");

const [endpoint, path, token, memory, dieAfter] = process.argv.slice(2);
const say = (what) => fs.writeSync(1, JSON.stringify(what) + "\n");

// The client's own progress is told too seldom to die amid a body for certain.
if (dieAfter) {
  const write = net.Socket.prototype.write;
  let sent = 0;
  net.Socket.prototype.write = function (chunk, ...rest) {
    sent += chunk.length;
    if (sent >= Number(dieAfter)) process.exit(3);
    return write.call(this, chunk, ...rest);
  };
}

const upload = new tus.Upload(fs.createReadStream(path), {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { title: "Ein Film – 电影", filetype: "video/mp4", filename: "film.mp4" },
  urlStorage: new tus.FileUrlStorage(memory),
  storeFingerprintForResuming: true,
  retryDelays: [100, 200, 400],
  onAfterResponse(request, response) {
    say({ method: request.getMethod(), offset: request.getHeader("Upload-Offset") ?? null,
          status: response.getStatus(), location: response.getHeader("Location") ?? null });
  },
  onError(reason) {
    say({ failed: String(reason) });
    process.exit(1);
  },
  onSuccess() {
    say({ url: upload.url });
  },
});

upload.findPreviousUploads().then((known) => {
  if (known.length) upload.resumeFromPreviousUpload(known[0]);
  upload.start();
});
