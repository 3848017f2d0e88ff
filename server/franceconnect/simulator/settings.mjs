// The command line. --redirect-uri and --post-logout-uri may be repeated; --scope and --idp-hint take words between spaces.
import { parseArgs } from 'node:util';
import { profiles } from './profiles.mjs';
import { providers } from './providers.mjs';

const options = {
  port: { type: 'string', default: '0' },
  profile: { type: 'string', default: 'franceconnect' },
  alg: { type: 'string', default: 'ES256' },
  'client-id': { type: 'string' },
  'client-secret': { type: 'string' },
  'redirect-uri': { type: 'string', multiple: true },
  'post-logout-uri': { type: 'string', multiple: true },
  'jwks-uri': { type: 'string' },
  'service-name': { type: 'string', default: 'Mon Compte' },
  scope: { type: 'string' }, // what the service is entitled to; by default all but idp_id
  'idp-hint': { type: 'string', default: '' }, // account providers that the service may name; none by default
  amr: { type: 'boolean', default: false }, // whether the service may ask for the means of authentication
  'end-with-stdin': { type: 'boolean', default: false },
};

const words = (text) => text.split(' ').filter(Boolean);

// Returns the settings, or throws an Error whose message names the option at fault.
export function parseSettings(args) {
  const { values } = parseArgs({ args, options });
  const profile = profiles[values.profile];
  if (!profile) throw new Error(`--profile is ${Object.keys(profiles).join(' or ')}`);
  if (!/^\d+$/.test(values.port) || Number(values.port) > 65535) throw new Error('--port is a number up to 65535; 0 takes a free one');
  if (!['ES256', 'RS256'].includes(values.alg)) throw new Error('--alg is ES256 or RS256');
  for (const name of ['client-id', 'client-secret', 'redirect-uri', 'post-logout-uri']) {
    if (!values[name]?.length) throw new Error(`--${name} is missing`);
  }
  for (const uri of [...values['redirect-uri'], ...values['post-logout-uri'], values['jwks-uri'] ?? 'http://localhost/']) {
    if (!URL.canParse(uri)) throw new Error('an address among --redirect-uri, --post-logout-uri and --jwks-uri is not one');
  }
  if (profile.encrypted) {
    // FranceConnect+ signs with ES256 alone, and reads the service's encryption keys (fact sheet, table of §0).
    if (values.alg !== 'ES256') throw new Error('--alg is ES256 for franceconnect+');
    if (!values['jwks-uri']) throw new Error('--jwks-uri is missing: franceconnect+ encrypts its tokens for the service');
  }
  const hints = words(values['idp-hint']);
  const unknown = hints.find((id) => !providers.some((provider) => provider.id === id));
  if (unknown) throw new Error(`--idp-hint: ${unknown} is not one of ${providers.map(({ id }) => id).join(', ')}`);
  const known = Object.keys(profile.scopes);
  const scopes = values.scope ? words(values.scope) : known.filter((scope) => scope !== 'idp_id');
  const foreign = scopes.find((scope) => !known.includes(scope));
  if (foreign) throw new Error(`--scope: ${foreign} is not one of ${known.join(', ')}`);
  return {
    port: Number(values.port),
    profile,
    alg: values.alg,
    clientId: values['client-id'],
    clientSecret: values['client-secret'],
    redirectUris: values['redirect-uri'],
    postLogoutUris: values['post-logout-uri'],
    jwksUri: values['jwks-uri'],
    serviceName: values['service-name'],
    scopes,
    hints,
    amr: values.amr,
    endWithStdin: values['end-with-stdin'],
  };
}
