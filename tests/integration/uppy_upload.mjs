// Uploads a film with Uppy as an application would: its core, its tus plugin, and nothing said of metadata.
//
//   node uppy_upload.mjs ENDPOINT FILE TOKEN
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

// NODE_PATH is for require alone.
const at = (name) => import(createRequire(import.meta.url).resolve(name));
const { default: Uppy } = await at("@uppy/core");
const { default: Tus } = await at("@uppy/tus");
const { DefaultHttpStack } = await at("tus-js-client");

// Uppy sets a member of the browser's request; Node's has none until it is sent.
class NodeStack extends DefaultHttpStack {
  createRequest(...what) {
    const request = super.createRequest(...what);
    const inside = request.getUnderlyingObject.bind(request);
    request.getUnderlyingObject = () => inside() ?? {};
    return request;
  }
}

const [endpoint, file, token] = process.argv.slice(2);
const uppy = new Uppy({ autoProceed: false });
uppy.use(Tus, { endpoint, httpStack: new NodeStack({}), headers: { Authorization: `Bearer ${token}` }, retryDelays: [], storeFingerprintForResuming: false });
// Node's tus-js-client takes buffers, Uppy asks them for their size as it does blobs.
const data = fs.readFileSync(file);
data.size = data.length;
uppy.addFile({ name: path.basename(file), type: "video/mp4", data });
const result = await uppy.upload();
for (const failed of result.failed) console.error(failed.error);
console.log(JSON.stringify({ url: result.successful[0]?.uploadURL ?? null }));
process.exit(result.failed.length);
