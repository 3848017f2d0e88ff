// What differs between FranceConnect and FranceConnect+ (fact sheet §0, §2, §3).

const pivot = ['given_name', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry'];
const person = ['given_name', 'family_name', 'birthdate', 'gender'];
const birth = ['birthplace', 'birthcountry'];
const alone = (claims) => Object.fromEntries(claims.map((claim) => [claim, [claim]]));
const corrected = (claims) => claims.map((claim) => `rnipp_${claim}`);

// seconds: how long a session of single sign-on and an unfinished sign-in last. sso: the levels that the single sign-on serves.
export const profiles = {
  franceconnect: {
    name: 'FranceConnect',
    encrypted: false,
    levels: ['eidas1'],
    standardLevel: 'eidas1',
    seconds: 1800,
    sso: ['eidas1'],
    scopes: {
      openid: ['sub'],
      identite_pivot: [...pivot, 'given_name_array'],
      profile: [...person, 'given_name_array', 'preferred_username'],
      birth,
      ...alone([...pivot, 'given_name_array', 'preferred_username', 'email', 'idp_birthdate', 'idp_id']),
    },
  },
  'franceconnect+': {
    name: 'FranceConnect+',
    encrypted: true,
    levels: ['eidas2', 'eidas3'],
    standardLevel: 'eidas3',
    seconds: 600,
    sso: ['eidas2'],
    scopes: {
      openid: ['sub'],
      identite_pivot: pivot,
      profile: [...person, 'preferred_username'],
      birth,
      ...alone([...pivot, 'preferred_username', 'email']),
      rnipp_identite_pivot: corrected([...pivot, 'given_name_array']),
      rnipp_profile: corrected([...person, 'given_name_array']),
      rnipp_birth: corrected(birth),
      ...alone(corrected([...pivot, 'given_name_array'])),
    },
  },
};

// Every level that FranceConnect knows, lowest first.
export const knownLevels = ['eidas1', 'eidas2', 'eidas3'];

// Of the levels asked for, FranceConnect keeps the lowest it knows; when it knows none, its own.
export function lowestLevel(asked, profile) {
  const words = asked.split(' ');
  return knownLevels.find((level) => words.includes(level)) ?? profile.standardLevel;
}
