// Every request comes here first: the gates that FranceConnect has and the engine has not, then the pages, then the engine.
import { readFileSync } from 'node:fs';
import { advance } from './clock.mjs';
import { readForm, send, sendPage } from './http.mjs';
import { interactionPages } from './interaction.mjs';
import { errorPage, signedOutPage } from './pages.mjs';
import { lowestLevel } from './profiles.mjs';
import { makeProvider } from './provider.mjs';
import { errorAddress, otherCode } from './refusals.mjs';
import { refuseAuthorize, refuseLogout } from './whitelist.mjs';

const mount = '/api/v2';
const style = readFileSync(new URL('style.css', import.meta.url));
const logoutScript = "document.getElementById('op.logoutForm').submit();\n";

// Methods of FranceConnect's routes that are stricter than the engine's.
const methods = { '/userinfo': ['GET'], '/session/end': ['GET'], '/token': ['POST'], '/token/revocation': ['POST'] };
const cached = ['/.well-known/openid-configuration', '/jwks'];

// Returns the handler of a simulator. settings: as parseSettings returns them.
export function simulator(issuer, settings) {
  const { profile } = settings;
  const provider = makeProvider(issuer, settings);
  const interaction = interactionPages(provider, settings);
  provider.use(addErrorAddress);
  const engine = provider.callback();

  const refused = (res, refusal) => sendPage(res, 400, errorPage({ ...refusal, profile }));
  const notFound = (res, status = 404) => sendPage(res, status, errorPage({ code: otherCode, reason: 'not found', profile }));

  async function handle(req, res) {
    const { pathname, searchParams } = new URL(req.url, issuer);
    if (!pathname.startsWith(`${mount}/`)) return notFound(res);
    const path = pathname.slice(mount.length);

    if (path.startsWith('/_simulateur/')) return own(req, res, path, searchParams);
    if (path.startsWith('/interaction/')) return interaction(req, res, path);
    if (methods[path] && !methods[path].includes(req.method)) return notFound(res, 405);
    if (path === '/session/end/success') return sendPage(res, 200, signedOutPage({ profile }));
    if (path === '/authorize') {
      const params = req.method === 'POST' ? await readForm(req) : searchParams;
      const refusal = refuseAuthorize(params, settings);
      if (refusal) return refused(res, refusal);
      toEngineRequest(req, params, profile);
    }
    if (path === '/session/end') {
      const refusal = refuseLogout(searchParams);
      if (refusal) return refused(res, refusal);
    }
    if (path === '/token' && req.headers.authorization !== undefined) {
      // The engine would take the secret in a header too; FranceConnect documents the body alone, so nothing else may work here.
      return send(res, 401, 'application/json; charset=utf-8', JSON.stringify({
        error: 'invalid_client', error_description: 'client authentication failed', error_uri: errorAddress('invalid_client'),
      }));
    }
    if (cached.includes(path)) keepCacheable(res);
    req.originalUrl = req.url;
    req.url = req.url.slice(mount.length);
    return engine(req, res);
  }

  return (req, res) => handle(req, res).catch((error) => {
    console.error('simulator:', error);
    if (!res.headersSent) notFound(res, 500);
  });
}

// What is the simulator's own and no part of FranceConnect.
function own(req, res, path, params) {
  switch (`${req.method} ${path}`) {
    case 'GET /_simulateur/style.css':
      return send(res, 200, 'text/css; charset=utf-8', style);
    case 'GET /_simulateur/deconnexion.js':
      return send(res, 200, 'text/javascript; charset=utf-8', logoutScript);
    case 'POST /_simulateur/avancer': {
      const seconds = Number(params.get('secondes'));
      if (!(seconds > 0)) return send(res, 400, 'text/plain; charset=utf-8', 'secondes must be above 0\n');
      advance(seconds);
      return send(res, 204, 'text/plain; charset=utf-8', '');
    }
    default:
      return send(res, 404, 'text/plain; charset=utf-8', 'not found\n');
  }
}

// FranceConnect lowers the level to the lowest it knows, and asks for login and consent each time, whatever the service asked for.
// The engine then puts auth_time into the id_token.
function toEngineRequest(req, params, profile) {
  params.set('acr_values', lowestLevel(params.get('acr_values'), profile));
  params.set('prompt', 'login consent');
  req.method = 'GET';
  req.url = `${mount}/authorize?${params}`;
  delete req.headers['content-length'];
  delete req.headers['content-type'];
  delete req.headers['transfer-encoding'];
}

// FranceConnect lets discovery and keys be kept for ten minutes; the engine says nothing or forbids it.
function keepCacheable(res) {
  const writeHead = res.writeHead;
  res.writeHead = function (...args) {
    res.setHeader('cache-control', 'public, max-age=600');
    return writeHead.apply(this, args);
  };
}

async function addErrorAddress(ctx, next) {
  await next();
  if (ctx.oidc?.route === 'token' && ctx.body?.error) ctx.body = { ...ctx.body, error_uri: errorAddress(ctx.body.error) };
}
