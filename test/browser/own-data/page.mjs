// What the page loads: fetches files as if they were dropped on it, and has a worker train from them.
const { paths, checksums } = await (await fetch('/files.json')).json();
const files = await Promise.all(paths.map(async (path) => [path, await (await fetch(`/files/${path}`)).blob()]));
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => console.log(JSON.stringify(data));
worker.onerror = ({ message }) => console.log(JSON.stringify({ error: message }));
worker.postMessage({ files, checksums });
