// The little that the simulator needs of HTTP.

const longestForm = 16 * 1024;

// Reads a form. Throws when it is longer than 16 KiB.
export async function readForm(req) {
  let size = 0;
  const chunks = [];
  for await (const chunk of req) {
    size += chunk.length;
    if (size > longestForm) throw new Error('form too long');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

export function send(res, status, type, body) {
  res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
  res.end(body);
}

export function sendPage(res, status, html) {
  // No form-action: Chromium applies it to the redirects after a form too, and they lead to the service.
  res.setHeader('content-security-policy', "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'");
  res.setHeader('referrer-policy', 'no-referrer');
  send(res, status, 'text/html; charset=utf-8', html);
}

export function redirect(res, location) {
  res.writeHead(303, { location, 'cache-control': 'no-store' });
  res.end();
}
