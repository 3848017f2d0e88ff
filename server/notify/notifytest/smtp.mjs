// An SMTP server by npm smtp-server, driven by notifytest.NodeSMTP.
import { SMTPServer } from 'smtp-server';
import { emit, serve } from './line.mjs';

let replies = []; // {stage, code, times}

// The reply that the test asked for at this stage, or null to accept.
function asked(stage) {
  const reply = replies.find((r) => r.stage === stage && r.times > 0);
  if (!reply) return null;
  reply.times--;
  const error = new Error('as the test asked');
  error.responseCode = reply.code;
  return error;
}

serve({
  start: ({ port, key, cert, implicit, hideTLS, user, password }) => new Promise((resolve, reject) => {
    const server = new SMTPServer({
      key, cert,
      secure: implicit,
      hideSTARTTLS: hideTLS,
      disabledCommands: [...(hideTLS && !implicit ? ['STARTTLS'] : []), ...(user ? [] : ['AUTH'])],
      authOptional: !user,
      allowInsecureAuth: hideTLS,
      disableReverseLookup: true,
      closeTimeout: 100,
      logger: false,
      onConnect: (session, done) => done(asked('connect')),
      onAuth: (auth, session, done) =>
        auth.username === user && auth.password === password
          ? done(null, { user })
          : done(Object.assign(new Error('no'), { responseCode: 535 })),
      onMailFrom: (address, session, done) => done(asked('mail')),
      onRcptTo: (address, session, done) => done(asked('rcpt')),
      onData(stream, session, done) {
        const chunks = [];
        stream.on('data', (chunk) => chunks.push(chunk));
        stream.on('end', () => {
          const error = asked('data');
          if (error) return done(error);
          emit({
            event: 'mail',
            from: session.envelope.mailFrom.address,
            to: session.envelope.rcptTo.map((r) => r.address),
            raw: Buffer.concat(chunks).toString('base64'),
            tls: Boolean(session.secure),
            user: session.user || '',
          });
          done(null, 'taken');
        });
      },
    });
    server.on('error', () => {}); // a client that goes away is a case of the tests, not an error of theirs
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve({ port: server.server.address().port }));
  }),
  sync: () => {}, // answered after every event so far
  reply: (reply) => { replies.push(reply); },
});
