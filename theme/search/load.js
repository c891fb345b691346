/* ---- loading: every file of the pack is a script that hands its contents to KB; a file that failed is asked for again ---- */
var VERSION = 'kb1', FORMAT = 2;
var KB = root.KB = root.KB || {}, here = root.document && root.document.currentScript;
KB.base = KB.base || (here && here.src ? here.src.replace(/[^/]*([?#].*)?$/, '') + '../search/' : 'search/');
var arrived = {}, waiting = {}, counts = { requests: 0, bytes: 0 };
KB.m = function (manifest) { arrived['kb.js'] = manifest; counts.bytes += JSON.stringify(manifest).length + 8; };
['s', 't', 'd', 'x'].forEach(function (kind) {
  KB[kind] = function (name, base64) {
    arrived[kind + '/' + name + '.js'] = base64;
    counts.bytes += base64.length + name.length + 13;
  };
});
/* may be replaced: path in the pack -> promise of the script having run */
KB.loader = KB.loader || function (path) {
  return new Promise(function (resolve, reject) {
    var script = root.document.createElement('script');
    script.src = KB.base + path;
    script.onload = function () { script.remove(); resolve(); };
    script.onerror = function () { script.remove(); reject(new Error(path)); };
    root.document.head.appendChild(script);
  });
};
/* promise of what `read` makes of a file; rejected if the file is missing or damaged */
function load(path, read) {
  if (waiting[path]) return waiting[path];
  counts.requests++;
  var loaded = Promise.resolve().then(function () { return KB.loader(path); }).then(function () {
    var content = arrived[path];
    delete arrived[path];
    if (content === undefined) throw new Error(path);
    return read(content);
  });
  loaded.catch(function () { delete waiting[path]; });
  return waiting[path] = loaded;
}
/* null stands for a file that is missing */
function orNull(promise) { return promise.catch(function () { return null; }); }
function bytesOf(base64) {
  var binary = root.atob(base64), out = new Uint8Array(binary.length);
  for (var i = 0; i < out.length; i++) out[i] = binary.charCodeAt(i);
  return out;
}
/* a text: one byte that names its encoding, then raw deflate. GB 18030 makes Chinese a fifth smaller than UTF-8. */
function textOf(base64) {
  var packed = bytesOf(base64), stream = null, encoding = ['utf-8', 'gb18030'][packed[0]];
  packed = packed.subarray(1);
  try { stream = new root.DecompressionStream('deflate-raw'); } catch (e) { /* an older browser */ }
  return Promise.resolve().then(function () {
    return stream ? new Response(new Blob([packed]).stream().pipeThrough(stream)).arrayBuffer() : inflate(packed);
  }).then(function (bytes) { return new TextDecoder(encoding).decode(bytes); });
}
function jsonOf(base64) { return textOf(base64).then(JSON.parse); }
