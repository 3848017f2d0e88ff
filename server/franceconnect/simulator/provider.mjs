// The engine, npm oidc-provider, which FranceConnect itself runs, with FranceConnect's settings (fact sheet §8).
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Provider, errors } from 'oidc-provider';
import { account, claims, subject } from './identity.mjs';
import { errorPage } from './pages.mjs';
import { errorCode } from './refusals.mjs';

// Two keys, one for each algorithm, with a kid that holds colons as FranceConnect's does, and that no other start has.
function signingKeys() {
  const key = (alg, type, options) => ({
    ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
    alg,
    use: 'sig',
    kid: `pkcs11:${alg}:${randomBytes(8).toString('hex')}`,
  });
  return { keys: [key('ES256', 'ec', { namedCurve: 'P-256' }), key('RS256', 'rsa', { modulusLength: 2048 })] };
}

function client(settings) {
  const encryption = {
    jwks_uri: settings.jwksUri,
    id_token_encrypted_response_alg: 'RSA-OAEP-256',
    id_token_encrypted_response_enc: 'A256GCM',
    userinfo_encrypted_response_alg: 'RSA-OAEP-256',
    userinfo_encrypted_response_enc: 'A256GCM',
  };
  return {
    client_id: settings.clientId,
    client_secret: settings.clientSecret,
    client_name: settings.serviceName,
    redirect_uris: settings.redirectUris,
    post_logout_redirect_uris: settings.postLogoutUris,
    token_endpoint_auth_method: 'client_secret_post',
    subject_type: 'pairwise',
    // The engine wants one where the return addresses have several hosts (localhost and 127.0.0.1), and is told not to fetch it.
    sector_identifier_uri: 'https://service.invalid/adresses.json',
    response_types: ['code'],
    grant_types: ['authorization_code'],
    id_token_signed_response_alg: settings.alg,
    userinfo_signed_response_alg: settings.alg,
    scope: settings.scopes.join(' '),
    ...(settings.profile.encrypted ? encryption : {}),
  };
}

// Runs within each authorization request, once client and redirect_uri are known to be good: what it throws goes back to the service.
function checkRequest(ctx, hint, { hints, profile }) {
  const level = ctx.oidc.params.acr_values;
  if (!profile.levels.includes(level)) {
    const expected = profile.levels.join(',');
    throw new errors.CustomOIDCProviderError('invalid_acr',
      `acr_value is not valid, should be equal one of these values, expected ${expected}, got ${level}`);
  }
  if (hint !== undefined && !hints.includes(hint)) {
    throw new errors.CustomOIDCProviderError('invalid_idp_hint', 'An idp_hint was provided but is not allowed');
  }
}

// Builds the engine. settings: as parseSettings returns them.
export function makeProvider(issuer, settings) {
  const { profile } = settings;
  const { port } = new URL(issuer);
  const { openid, ...scopes } = profile.scopes;
  const provider = new Provider(issuer, {
    clients: [client(settings)],
    jwks: signingKeys(),
    scopes: ['openid'],
    claims: { acr: null, amr: null, auth_time: null, iss: null, openid, ...scopes },
    acrValues: profile.levels,
    subjectTypes: ['pairwise'],
    responseTypes: ['code'],
    pairwiseIdentifier: (ctx, id) => subject(id, profile, settings.clientId),
    clientAuthMethods: ['client_secret_post', 'private_key_jwt'],
    sectorIdentifierUriValidate: () => false,
    pkce: { required: () => false },
    extraParams: { idp_hint: (ctx, hint) => checkRequest(ctx, hint, settings) },
    routes: {
      authorization: '/authorize', token: '/token', userinfo: '/userinfo', jwks: '/jwks',
      end_session: '/session/end', revocation: '/token/revocation',
    },
    ttl: {
      AuthorizationCode: 30, AccessToken: 60, IdToken: 60, Grant: 30, Interaction: profile.seconds, Session: profile.seconds,
    },
    // Browsers do not tell ports apart: two simulators, or the portal itself, may share 127.0.0.1.
    cookies: {
      keys: [randomBytes(32).toString('hex')],
      names: { session: `fc_session_${port}`, interaction: `fc_interaction_${port}`, resume: `fc_resume_${port}` },
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      jwtUserinfo: { enabled: true },
      claimsParameter: { enabled: true },
      encryption: { enabled: profile.encrypted },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: sendLogoutForm },
    },
    enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256', 'HS256'], userinfoSigningAlgValues: ['ES256', 'RS256', 'HS256'] },
    interactions: { url: (ctx, interaction) => `/api/v2/interaction/${interaction.uid}` },
    findAccount: (ctx, id) => account(id) && { accountId: id, claims: () => claims(id, profile) },
    renderError: (ctx, out, error) => {
      ctx.type = 'html';
      ctx.body = errorPage({ code: errorCode(error), reason: out.error_description ?? out.error, profile });
    },
    // The engine refuses the addresses of this machine, to keep a public server from being sent against its neighbours; the
    // services of a simulator have no others. Without its dispatcher the request is an ordinary one.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  });
  provider.on('server_error', (ctx, error) => console.error('simulator:', error));
  return provider;
}

// FranceConnect asks nothing at sign-out: the form leaves by itself, and its button is for browsers without JavaScript.
function sendLogoutForm(ctx, form) {
  const button = '<input type="hidden" name="logout" value="yes"><button id="deconnexion" type="submit">Continuer</button>';
  ctx.body = `<!doctype html><html lang="fr"><meta charset="utf-8"><title>Déconnexion</title><body>
${form.replace('</form>', `${button}</form>`)}<script src="/api/v2/_simulateur/deconnexion.js"></script></body></html>`;
}
