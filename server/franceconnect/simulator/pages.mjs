// The pages, complete without JavaScript. Ids of links, fields and buttons are what browser tests hold on to.
import { citizens, fullName } from './citizens.mjs';
import { providers, reaches } from './providers.mjs';

const signs = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const text = (value) => String(value).replace(/[&<>"']/g, (sign) => signs[sign]);

function page({ title, profile, id }, body) {
  return `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)} – simulateur ${text(profile.name)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/v2/_simulateur/style.css">
</head>
<body id="${id}">
<header><strong>${text(profile.name)}</strong> <span>simulateur : aucune vraie personne, aucun vrai compte</span></header>
<main>
<h1>${text(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

const back = (base, service) => `<p><a id="revenir" href="${base}/abandon">Revenir sur ${text(service)}</a></p>`;

// base: the address of this sign-in's pages. level: the level asked for; providers below it are shown but cannot be chosen.
export function choicePage({ base, service, level, profile }) {
  const choice = (provider) => (reaches(provider, level)
    ? `<li><a class="choix" id="fi-${provider.id}" href="${base}/compte/${provider.id}">${text(provider.name)}</a></li>`
    : `<li><span class="choix ferme" id="fi-${provider.id}">${text(provider.name)}<small>ne convient pas à ce service</small></span></li>`);
  return page({ title: 'Choisissez un compte pour vous connecter', profile, id: 'page-choix' }, `
<p>Vous allez vous connecter à ${text(service)}.</p>
<ul class="choix">
${providers.map(choice).join('\n')}
</ul>
${back(base, service)}`);
}

// wrong: the password was refused.
export function accountPage({ base, provider, profile, password, wrong }) {
  const row = (citizen, index) => `<li><input type="radio" name="citoyen" id="citoyen-${citizen.id}" value="${citizen.id}"${index === 0 ? ' checked' : ''}>
<label for="citoyen-${citizen.id}">${text(fullName(citizen))}<small>${text(citizen.what)}</small></label></li>`;
  return page({ title: `Votre compte ${provider.name}`, profile, id: 'page-compte' }, `
${wrong ? '<p class="erreur" id="erreur" role="alert">Mot de passe incorrect. Saisissez 123.</p>' : ''}
<form method="post" action="${base}/compte/${provider.id}">
<fieldset>
<legend>Qui êtes-vous ?</legend>
<ul>
${citizens.map(row).join('\n')}
</ul>
</fieldset>
<p><label for="mot_de_passe">Mot de passe (celui de tous ces comptes est ${password})</label>
<input type="password" name="mot_de_passe" id="mot_de_passe" value="${password}" autocomplete="off"></p>
<p><button type="submit" id="se-connecter">Se connecter</button></p>
</form>
<p><a id="annuler" href="${base}/annulation">Annuler</a></p>
<p><a id="panne" href="${base}/indisponible">Faire comme si ce compte était en panne</a></p>`);
}

const sentences = {
  given_name: 'vos prénoms', family_name: 'votre nom de naissance', preferred_username: 'votre nom d’usage', gender: 'votre sexe',
  birthdate: 'votre date de naissance', birthplace: 'votre lieu de naissance', birthcountry: 'votre pays de naissance',
  email: 'votre adresse e-mail', idp_birthdate: 'la date de naissance connue de ce compte', idp_id: 'le compte que vous avez choisi',
};

// The sentences for a list of claims, each once.
const dataList = (claims) => [...new Set(claims.map((claim) => sentences[claim.replace(/^rnipp_/, '')]).filter(Boolean))];

export function informationPage({ base, service, citizen, claims, profile }) {
  return page({ title: `Vous allez continuer sur ${service}`, profile, id: 'page-informations' }, `
<p>Vous êtes <strong id="citoyen">${text(fullName(citizen))}</strong>.</p>
<p>${text(profile.name)} transmet à ${text(service)} :</p>
<ul id="donnees">
${dataList(claims).map((sentence) => `<li>${text(sentence)}</li>`).join('\n')}
</ul>
<form method="post" action="${base}/continuer"><button type="submit" id="continuer">Continuer sur ${text(service)}</button></form>
${back(base, service)}`);
}

// A refusal. base: absent when there is no way back to the service.
export function errorPage({ code, reason, base, service, profile }) {
  const link = base ? `<p><a id="revenir" href="${base}/echec">Revenir sur ${text(service)}</a></p>` : '';
  return page({ title: 'Une erreur est survenue', profile, id: 'page-erreur' }, `
<p>Vous ne pouvez pas continuer. Code de l’erreur : <strong id="code-erreur">${text(code)}</strong>.</p>
${reason ? `<p id="raison" lang="en">${text(reason)}</p>` : ''}
${link}`);
}

export const signedOutPage = ({ profile }) =>
  page({ title: 'Vous êtes déconnecté', profile, id: 'page-deconnecte' }, '<p>Vous pouvez fermer cette page.</p>');
