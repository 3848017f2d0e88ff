// From a citizen and the account provider to the claims (formats: fact sheet §3).
import { createHash } from 'node:crypto';
import { citizenById } from './citizens.mjs';
import { providerById } from './providers.mjs';

// The engine knows a person by one text: the provider and the citizen. Returns undefined for a text that names nobody.
export const accountId = (provider, citizen) => `${provider.id}/${citizen.id}`;

export function account(id) {
  const [providerId, citizenId] = id.split('/');
  const provider = providerById(providerId);
  const citizen = citizenById(citizenId);
  return provider && citizen && { provider, citizen };
}

// The register's date: presumed parts are 01.
const wholeDate = (birthdate) => birthdate.replaceAll('-00', '-01');

// What a provider without accents keeps of a name.
const bare = (name) => name.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('Œ', 'OE').replaceAll('œ', 'oe').replaceAll('’', "'");

const register = (citizen) => ({
  given_name: citizen.given.join(' '),
  given_name_array: citizen.given,
  family_name: citizen.family,
  gender: citizen.gender,
  birthdate: wholeDate(citizen.birthdate),
  birthplace: citizen.birthplace,
  birthcountry: citizen.birthcountry,
});

const contact = ({ provider, citizen }) => ({
  email: `${citizen.mail}@${provider.mail}`,
  ...(citizen.used === undefined ? {} : { preferred_username: citizen.used }),
});

// FranceConnect: the register's identity, whoever the provider is. FranceConnect+: the provider's own, which differs from one to the
// next and may hold presumed parts, with the register's beside it.
export function claims(id, profile) {
  const { provider, citizen } = account(id);
  const known = register(citizen);
  if (!profile.encrypted) {
    return { ...known, ...contact({ provider, citizen }), idp_birthdate: citizen.birthdate, idp_id: provider.id };
  }
  const own = provider.id === 'la-poste' ? { given_name: bare(known.given_name), family_name: bare(known.family_name) } : {};
  const corrected = Object.entries(known).map(([name, value]) => [`rnipp_${name}`, value]);
  return { ...known, ...own, birthdate: citizen.birthdate, ...contact({ provider, citizen }), ...Object.fromEntries(corrected) };
}

// sub is one for a person and a service, the same whatever the provider, and another one when the civil status changes:
// 64 hexadecimal digits and v1. The two platforms give different ones unless the service asked otherwise.
export function subject(id, profile, clientId) {
  const { citizen } = account(id);
  const pivot = JSON.stringify([profile.name, clientId, register(citizen)]);
  return `${createHash('sha256').update(pivot).digest('hex')}v1`;
}
