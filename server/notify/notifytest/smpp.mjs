// An SMSC by npm smpp, driven by notifytest.NodeSMPP.
import smpp from 'smpp';
import { emit, serve } from './line.mjs';

const sessions = new Set();
let statuses = []; // {status, times}
let binds = 0; // binds still to refuse
let silent = false;
let only = ''; // the one kind of bind that is known; all when empty
let alone = false; // one bind at a time
let holder; // the session that has it
let names = []; // ids of the next messages
let last = 0;

function onSession(session, { user, password }) {
  sessions.add(session);
  const gone = () => {
    sessions.delete(session);
    if (holder === session) holder = undefined;
  };
  session.on('close', gone);
  session.on('error', gone);
  session.on('enquire_link', (pdu) => { if (!silent) session.send(pdu.response()); });
  session.on('unbind', (pdu) => { emit({ event: 'unbind' }); session.send(pdu.response()); session.close(); });
  session.on('data_sm_resp', (pdu) => emit({ event: 'delivered', status: pdu.command_status }));
  session.on('generic_nack', () => emit({ event: 'delivered', status: -1 }));
  session.on('deliver_sm_resp', (pdu) => emit({ event: 'delivered', status: pdu.command_status }));
  for (const kind of ['bind_transceiver', 'bind_transmitter']) session.on(kind, (pdu) => {
    emit({ event: 'bind', kind, system_type: pdu.system_type });
    if (only && kind !== only) return session.send(pdu.response({ command_status: smpp.ESME_RINVCMDID }));
    const right = pdu.system_id === user && pdu.password === password;
    if (!right || binds > 0) {
      if (right) binds--;
      return session.send(pdu.response({ command_status: right ? smpp.ESME_RBINDFAIL : smpp.ESME_RINVPASWD }));
    }
    if (alone && holder) return session.send(pdu.response({ command_status: smpp.ESME_RALYBND }));
    holder = session;
    session.send(pdu.response({ system_id: 'test' }));
  });
  session.on('submit_sm', (pdu) => {
    if (silent) return;
    const wanted = statuses.find((s) => s.times > 0);
    if (wanted) {
      wanted.times--;
      if (wanted.nack) return session.send(new smpp.PDU('generic_nack', { sequence_number: pdu.sequence_number, command_status: wanted.status }));
      return session.send(pdu.response({ command_status: wanted.status }));
    }
    const id = names.shift() ?? `sms-${++last}`;
    emit({
      event: 'sms', id,
      from: pdu.source_addr, fromTon: pdu.source_addr_ton, fromNpi: pdu.source_addr_npi,
      to: pdu.destination_addr, toTon: pdu.dest_addr_ton,
      coding: pdu.data_coding, esm: pdu.esm_class, registered: pdu.registered_delivery,
      text: pdu.short_message.message ?? '',
      udh: (pdu.short_message.udh ?? []).map((u) => u.toString('hex')),
      reference: pdu.user_message_reference ?? -1,
      validFor: pdu.validity_period instanceof Date ? Math.round((pdu.validity_period - Date.now()) / 1000) : 0,
    });
    session.send(pdu.response({ message_id: id }));
  });
}

serve({
  start: ({ port, key, cert, user, password }) => new Promise((resolve, reject) => {
    const server = smpp.createServer(key ? { key, cert } : {}, (session) => onSession(session, { user, password }));
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve({ port: server.address().port }));
  }),
  status: (wanted) => { statuses.push(wanted); },
  alone: () => { alone = true; },
  name: ({ id }) => { names.push(id); },
  only: ({ kind }) => { only = kind; },
  refuse: ({ times }) => { binds = times; },
  silence: ({ on }) => { silent = on; },
  deliver: ({ text, esm, tlv }) => {
    for (const session of sessions) {
      session.deliver_sm({ esm_class: esm, source_addr: '33612345678', destination_addr: 'CAF', short_message: text, ...tlv });
    }
  },
  data: ({ tlv }) => {
    for (const session of sessions) session.data_sm({ esm_class: 4, source_addr: '33612345678', destination_addr: 'CAF', ...tlv });
  },
  alert: () => { for (const session of sessions) session.alert_notification({ source_addr: '33612345678', esme_addr: 'CAF' }); },
  nack: () => { // with sequence number 0: something of ours was not readable
    for (const session of sessions) session.socket.write(Buffer.from('00000010800000000000000200000000', 'hex'));
  },
  enquire: () => new Promise((resolve) => {
    for (const session of sessions) session.enquire_link({}, () => resolve({}));
  }),
  sync: () => {}, // answered after every event so far
  drop: () => { for (const session of sessions) session.destroy(); },
});
