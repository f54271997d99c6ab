// A CloudFront Function (runtime cloudfront-js-2.0) on viewer requests: what was taken down is answered 410 Gone, whatever
// a cache or the bucket still holds. It has one key value store, whose keys are the SHA-256 of public keys. It looks at
// every way to write a path: S3 decodes it, and reads a plus as a space. Where the store does not answer, the function
// fails, and with it the request: nothing is served on a guess.
import cf from 'cloudfront';

// biome-ignore lint/style/useNodejsImportProtocol: the runtime knows it by this name.
const crypto = require('crypto');

const denied = cf.kvs();

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name, and exports nothing.
async function handler(event) {
  const path = event.request.uri.replace(/^\//, '');
  const spellings = path.indexOf('+') < 0 ? [path] : [path, path.replace(/\+/g, '%20')];
  for (let i = 0; i < spellings.length; i += 1) {
    const publicKey = decoded(spellings[i]);
    if (publicKey === undefined) return answer(400, 'Bad Request');
    if (await denied.exists(idOf(publicKey))) return answer(410, 'Gone');
  }
  return event.request;
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch (_) {
    return undefined;
  }
}

function idOf(publicKey) {
  return crypto.createHash('sha256').update(publicKey).digest('hex');
}

function answer(statusCode, statusDescription) {
  return {
    statusCode: statusCode,
    statusDescription: statusDescription,
    headers: { 'cache-control': { value: 'no-store' }, 'content-type': { value: 'text/plain; charset=utf-8' } },
    body: { encoding: 'text', data: statusDescription },
  };
}
