// FranceConnect's codes of errors that it shows itself (fact sheet §5 A), and the errors that it sends back to the service (§5 B).
import { randomUUID } from 'node:crypto';

const codes = new Map([
  ['invalid_redirect_uri', 'Y04C013C'],
  ['invalid_client', 'Y04EA6EF'],
  ['invalid_grant', 'Y049E20B'],
  ['invalid_client_metadata', 'Y044D511'],
]);

// The code of everything that has none of its own.
export const otherCode = 'Y040001';

// The code of an error of the engine.
export const errorCode = (error) => codes.get(error.message) ?? otherCode;

// What the token endpoint adds to an error, for the support of FranceConnect to find it again.
export const errorAddress = (error) =>
  `https://docs.partenaires.franceconnect.gouv.fr/fs/fs-technique/fs-technique-erreurs/?code=${codes.get(error) ?? otherCode}&id=${randomUUID()}`;

const technical = 'authentication aborted due to a technical error on the authorization server';

// Ways back to the service that end a sign-in: the last part of the link's address and what the service gets.
export const waysBack = {
  abandon: { error: 'access_denied', error_description: 'User auth aborted' },
  annulation: { error: 'access_denied', error_description: 'user authentication aborted' },
  echec: { error: 'server_error', error_description: technical },
  indisponible: { error: 'temporarily_unavailable', error_description: technical },
};
