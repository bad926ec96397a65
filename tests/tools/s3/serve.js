// An S3 server of the tests' own: serve.js FOLDER PORT BUCKET. Says "ready" once it is, and serves until standard input closes.
import S3rver from "s3rver";

const [folder, port, bucket] = process.argv.slice(2);
const server = new S3rver({
  directory: folder,
  address: "127.0.0.1",
  port: Number(port),
  silent: true,
  configureBuckets: [{ name: bucket }],
});
await server.run();
process.stdin.on("end", () => process.exit());
process.stdin.resume();
console.log("ready");
