// The fictitious people. Those marked (demonstration) have an account of the same pivot identity in the portal's `demo` command.
// birthdate is as the account provider knows it: 00 where the day, or the month too, is presumed. birthplace is empty abroad.
// what: shown on the page.
// used: name in use, absent when the person gave none. mail: what stands before the @; empty when the provider has no address.
// refused: FranceConnect's own error, shown after the sign-in at the account provider.

const france = '99100';

export const citizens = [
  // The same people as the demonstration accounts.
  person('durand', 'compte de démonstration', ['Nathalie'], 'DURAND', 'female', '1969-05-12', '49007', france, { used: '', mail: 'nathalie.durand' }),
  person('le-goff', 'compte de démonstration, nom en deux mots', ['Yann', 'Marie'], 'LE GOFF', 'male', '1985-05-03', '78006', france, { mail: 'yann.legoff' }),
  person('casanova', 'compte de démonstration, nom d’usage, née en Corse', ['Maria', 'Letizia'], 'CASANOVA', 'female', '1984-05-21', '2A004', france, { used: 'ROSSI-LECLERC' }),
  person('benali', 'compte de démonstration, né en Algérie, jour présumé', ['Karim'], 'BENALI', 'male', '1991-09-00', '', '99352'),
  person('nguyen', 'compte de démonstration, née à l’étranger', ['Thi', 'Lan'], 'NGUYEN', 'female', '1999-01-30', '', '99243', { mail: 'lan.nguyen' }),

  // Nathalie Durand after a change of civil status: the same account, another sub.
  person('durand-change', 'Nathalie Durand après un changement de prénoms', ['Nathalie', 'Anne'], 'DURAND', 'female', '1969-05-12', '49007', france, { mail: 'nathalie.durand' }),
  // A couple with one address: an address is nobody's key.
  person('durand-conjoint', 'même adresse e-mail que Nathalie Durand', ['Marc', 'Olivier'], 'DURAND', 'male', '1967-02-03', '49007', france, { mail: 'nathalie.durand' }),

  // People without an account.
  person('oeuvrard', 'accents, ligature et apostrophe', ['Hélène', 'Zoë'], "ŒUVRARD-D'ÉTRÉPY", 'female', '1975-11-08', '75112', france),
  person('prenom-compose', 'prénom en deux mots, nom d’usage', ['Marie Claire', 'Lucie'], 'BERTHELOT', 'female', '1990-03-27', '31555', france, { used: 'PONS' }),
  person('prenoms', 'trois prénoms, nom en trois mots', ['Jean-Baptiste', 'Anne', 'Charles'], 'DE LA TOUR', 'male', '1958-12-31', '33063', france),
  person('mattei', 'né en Haute-Corse', ['Pasquale'], 'MATTEI', 'male', '1979-07-14', '2B050', france),
  person('temauri', 'née en Polynésie française', ['Hina', 'Moea'], 'TEMAURI', 'female', '1988-06-02', '98729', france),
  person('diallo', 'né à l’étranger, jour et mois présumés', ['Amadou'], 'DIALLO', 'male', '1992-00-00', '', '99335'),
  person('morel', 'genre non précisé', ['Camille'], 'MOREL', 'unspecified', '2001-04-19', '69383', france),
  person('petit', 'mineur', ['Léo'], 'PETIT', 'male', '2013-04-09', '59350', france),

  // People whom FranceConnect turns away.
  person('sans-mail', 'sans adresse e-mail, refusée', ['Josiane'], 'SANSMAIL', 'female', '1950-01-15', '44109', france, { mail: '', refused: 'Y600006' }),
  person('mois-00', 'mois de naissance inconnu, refusé', ['Gérard'], 'MOISZÉRO', 'male', '1962-00-17', '06088', france, { refused: 'Y600006' }),
  person('inconnu', 'inconnue du répertoire, refusée', ['Agnès'], 'INCONNU', 'female', '1983-08-23', '67482', france, { refused: 'Y010004' }),
  person('homonyme', 'plusieurs personnes possibles, refusé', ['Paul'], 'HOMONYME', 'male', '1971-10-10', '13055', france, { refused: 'Y010006' }),
  person('decede', 'décédée selon le répertoire, refusée', ['Odette'], 'DISPARU', 'female', '1931-02-11', '35238', france, { refused: 'Y010015' }),
];

function person(id, what, given, family, gender, birthdate, birthplace, birthcountry, more = {}) {
  return { id, what, given, family, gender, birthdate, birthplace, birthcountry, mail: id, ...more };
}

// undefined when there is no such citizen.
export const citizenById = (id) => citizens.find((citizen) => citizen.id === id);

export const fullName = ({ given, family, used }) => `${given.join(' ')} ${family}${used ? `, nom d’usage ${used}` : ''}`;
