// The gate before the engine: FranceConnect refuses with a page, and without sending the person back, every authorization or
// logout request that holds a parameter it does not expect or lacks one that it requires (fact sheet §2, §4: Y030007).

const required = ['client_id', 'response_type', 'scope', 'redirect_uri', 'acr_values', 'state', 'nonce'];
const optional = ['prompt', 'claims', 'idp_hint', 'ui_locales'];
const shortestNonce = 22;
const prompts = ['login', 'consent'];

const logoutRequired = ['id_token_hint'];
const logoutOptional = ['state', 'post_logout_redirect_uri', 'client_id', 'logout_hint', 'ui_locales'];

// Returns what is wrong with the names of the parameters, or undefined.
function wrongNames(params, required, optional) {
  for (const name of new Set(params.keys())) {
    if (!required.includes(name) && !optional.includes(name)) return `property ${name} should not exist`;
    if (params.getAll(name).length > 1) return `${name} must be a string`;
  }
  const missing = required.find((name) => !params.get(name));
  return missing && `${missing} should not be empty`;
}

// claims may only ask for the means of authentication: {"id_token":{"amr":{"essential":true}}}.
function asksForAmrOnly(text) {
  try {
    const claims = JSON.parse(text);
    return Object.keys(claims).join() === 'id_token' && Object.keys(claims.id_token).join() === 'amr';
  } catch {
    return false;
  }
}

// Checks the parameters of /authorize. Returns undefined, or {code, reason} for the error page.
export function refuseAuthorize(params, { amr }) {
  const invalid = (reason) => ({ code: 'Y030007', reason });
  const names = wrongNames(params, required, optional);
  if (names) return invalid(names);
  if (params.get('nonce').length < shortestNonce) return invalid(`nonce must be longer than or equal to ${shortestNonce} characters`);
  if (params.has('prompt') && !params.get('prompt').split(' ').every((word) => prompts.includes(word))) return invalid('prompt is refused');
  if (!params.has('claims')) return undefined;
  if (!asksForAmrOnly(params.get('claims'))) return invalid('claims is refused');
  return amr ? undefined : { code: 'Y100009', reason: 'the service is not entitled to amr' };
}

// Checks the parameters of /session/end in the same way.
export function refuseLogout(params) {
  const reason = wrongNames(params, logoutRequired, logoutOptional);
  return reason && { code: 'Y030007', reason };
}
