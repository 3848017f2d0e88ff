// The six accounts that a person may choose from. level: the highest that the account reaches. amr: how it says that the person
// signed in. mail: where this provider's e-mail addresses end, since each provider has its own (fact sheet §3).
export const providers = [
  { id: 'impots', name: 'impots.gouv.fr', level: 'eidas1', amr: ['fc', 'pwd'], mail: 'example.org' },
  { id: 'ameli', name: 'ameli.fr', level: 'eidas1', amr: ['fc', 'pwd'], mail: 'example.com' },
  { id: 'la-poste', name: 'L’Identité Numérique La Poste', level: 'eidas2', amr: ['fc', 'pop', 'mfa', 'pin'], mail: 'example.net' },
  { id: 'msa', name: 'MSA', level: 'eidas1', amr: ['fc', 'pwd'], mail: 'example.org' },
  { id: 'yris', name: 'Yris', level: 'eidas1', amr: ['fc', 'pwd', 'mail'], mail: 'example.com' },
  { id: 'france-identite', name: 'France Identité', level: 'eidas3', amr: ['fc', 'pop', 'mfa', 'pin'], mail: 'example.org' },
];

// undefined when there is no such provider.
export const providerById = (id) => providers.find((provider) => provider.id === id);

// A provider serves a request when it reaches the level asked for. Levels compare as text: eidas1 < eidas2 < eidas3.
export const reaches = (provider, level) => provider.level >= level;
