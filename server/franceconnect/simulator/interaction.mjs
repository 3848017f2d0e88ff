// The pages between the authorization request and the return to the service: the account provider, the citizen, the information
// page. Login and consent end in one step, with a grant of all that was asked for.
import { citizenById } from './citizens.mjs';
import { account, accountId } from './identity.mjs';
import { accountPage, choicePage, errorPage, informationPage } from './pages.mjs';
import { providerById, reaches } from './providers.mjs';
import { otherCode, waysBack } from './refusals.mjs';
import { readForm, redirect, sendPage } from './http.mjs';

const password = '123';

// Answers GET and POST under /api/v2/interaction/{uid}. settings: as parseSettings returns them.
export function interactionPages(provider, settings) {
  const { profile, serviceName: service } = settings;

  return async (req, res, path) => {
    const [, uid, step = '', providerId = ''] = path.split('/').slice(1);
    const base = `/api/v2/interaction/${uid}`;
    // The cookie is gone, or the time for this sign-in is over: as at FranceConnect there is no way back from here.
    const details = await provider.interactionDetails(req, res).catch(() => undefined);
    if (details?.uid !== uid) return sendPage(res, 400, errorPage({ code: otherCode, reason: 'session not found', profile }));
    const level = details.params.acr_values;

    if (req.method === 'GET' && waysBack[step]) return finish(req, res, waysBack[step]);
    switch (`${req.method} ${step}`) {
      case 'GET ': {
        const hint = details.params.idp_hint;
        if (signedOn(details)) return redirect(res, `${base}/informations`);
        if (hint) return redirect(res, `${base}/compte/${hint}`);
        return sendPage(res, 200, choicePage({ base, service, level, profile }));
      }
      case 'GET compte':
      case 'POST compte': {
        const chosen = providerById(providerId);
        if (!chosen || !reaches(chosen, level)) return redirect(res, base);
        if (req.method === 'GET') return sendPage(res, 200, accountPage({ base, provider: chosen, profile, password }));
        return signIn(req, res, { base, chosen });
      }
      case 'GET informations': {
        const id = details.result?.chosen ?? signedOn(details);
        if (!id) return redirect(res, base);
        const { citizen } = account(id);
        const claims = details.params.scope.split(' ').flatMap((scope) => profile.scopes[scope] ?? []);
        return sendPage(res, 200, informationPage({ base, service, citizen, claims, profile }));
      }
      case 'POST continuer': {
        const id = details.result?.chosen ?? signedOn(details);
        if (!id) return redirect(res, base);
        return finish(req, res, await accepted(details, id));
      }
      default:
        return sendPage(res, 404, errorPage({ code: otherCode, reason: 'not found', profile }));
    }
  };

  // The person of FranceConnect's own single sign-on, when it is on and serves the level asked for; else undefined.
  function signedOn({ session, params }) {
    return profile.sso.includes(params.acr_values) ? session?.accountId : undefined;
  }

  async function signIn(req, res, { base, chosen }) {
    const form = await readForm(req);
    const citizen = citizenById(form.get('citoyen'));
    if (!citizen || form.get('mot_de_passe') !== password) {
      return sendPage(res, 401, accountPage({ base, provider: chosen, profile, password, wrong: true }));
    }
    if (citizen.refused) return sendPage(res, 400, errorPage({ code: citizen.refused, base, service, profile }));
    await provider.interactionResult(req, res, { chosen: accountId(chosen, citizen) }, { mergeWithLastSubmission: false });
    return redirect(res, `${base}/informations`);
  }

  // The result that the engine takes for login and consent together.
  async function accepted({ params }, id) {
    const grant = new provider.Grant({ accountId: id, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    grant.addOIDCClaims(Object.values(profile.scopes).flat());
    // FranceConnect says eidas1 even when the account reaches more; FranceConnect+ says what the account reaches.
    const { provider: { level, amr } } = account(id);
    const acr = profile.encrypted ? level : 'eidas1';
    return { login: { accountId: id, acr, amr }, consent: { grantId: await grant.save() } };
  }

  function finish(req, res, result) {
    return provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
  }
}
