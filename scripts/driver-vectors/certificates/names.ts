import { der, sequence } from '../../../sandbox/servers/der.js'
import { alternativeNames, nameConstraints, type Name } from './extensions.js'
import { alone, authorityExtensions, below, plain, type Cases } from './parts.js'
import { extension } from './x509.js'

const named = (names: readonly Name[], host: string) => () => plain({ names }, host)
const example = 'bus.example.test'
const limited = (permitted: readonly Name[], excluded: readonly Name[] = []) => ({
  extensions: [...authorityExtensions, nameConstraints(permitted, excluded)],
})

/** Whether the certificate is the host's, and may be. */
export const nameCases: Cases = {
  'name: localhost': named(['DNS:localhost'], 'localhost'),
  'name: IPv4 address': named(['IP:7f000001'], '127.0.0.1'),
  'name: IPv6 address': named(['IP:00000000000000000000000000000001'], '::1'),
  'name: address beside name, asked by name': named(['IP:7f000001', 'DNS:localhost'], 'localhost'),
  'name: name beside address, asked by address': named(['DNS:localhost', 'IP:7f000001'], '127.0.0.1'),
  'name: another name': named(['DNS:other.example.test'], 'localhost'),
  'name: another address': named(['IP:7f000002'], '127.0.0.1'),
  'name: another IPv6 address': named(['IP:00000000000000000000000000000002'], '::1'),
  'name: IPv4 for IPv6': named(['IP:7f000001'], '::1'),
  'name: IPv4-mapped for IPv4': named(['IP:00000000000000000000ffff7f000001'], '127.0.0.1'),
  'name: address as DNS name': named(['DNS:127.0.0.1'], '127.0.0.1'),
  'name: IPv6 address as DNS name': named(['DNS:::1'], '::1'),
  'name: name alone, asked by address': named(['DNS:localhost'], '127.0.0.1'),
  'name: address alone, asked by name': named(['IP:7f000001'], 'localhost'),
  'name: address of three bytes': named(['IP:7f0000'], '127.0.0.1'),
  'name: common name alone': () => plain({ subject: 'localhost', names: [] }),
  'name: common name alone, self-signed': () => alone({ subject: 'localhost', names: [] }),
  'name: common name of an address': () => plain({ subject: '127.0.0.1', names: [] }, '127.0.0.1'),
  'name: common name beside another name': () => plain({ subject: 'localhost', names: ['DNS:other.example.test'] }),
  'name: common name beside an address': () => plain({ subject: 'localhost', names: ['IP:7f000001'] }),
  'name: none at all': () => plain({ names: [] }),
  'name: empty list': () => plain({ names: [], more: [alternativeNames([])] }),
  'name: critical list': () => plain({ names: [], more: [alternativeNames(['DNS:localhost'], true)] }),
  'name: list twice': () => plain({ more: [alternativeNames(['DNS:localhost'])] }),
  'name: list that is none': () => plain({ names: [], more: [extension('2.5.29.17', Buffer.from('none'))] }),
  'name: list with bytes behind': () =>
    plain({
      names: [],
      more: [extension('2.5.29.17', Buffer.concat([sequence(der(0x82, Buffer.from('localhost'))), Buffer.from([0])]))],
    }),
  'name: unknown kind before it': named([der(0x8b, Buffer.from('x')), 'DNS:localhost'], 'localhost'),
  'name: unknown kind behind it': named(['DNS:localhost', der(0x8b, Buffer.from('x'))], 'localhost'),
  'name: mail, URI, directory and another kind before it': named(
    ['email:a@localhost', 'URI:nats://localhost', 'dir', 'other', 'DNS:localhost'],
    'localhost',
  ),
  'name: URI alone': named(['URI:nats://localhost:4222'], 'localhost'),
  'name: malformed one before it': named(['DNS:-x-', 'DNS:localhost'], 'localhost'),
  'name: in capitals': named(['DNS:LocalHost'], 'localhost'),
  'name: full stop behind it': named(['DNS:localhost.'], 'localhost'),
  'name: blank behind it': named(['DNS:localhost '], 'localhost'),
  'name: NUL within': named(['DNS:localhost\0.example.test'], 'localhost'),
  'name: of another host': named([`DNS:${example}`], example),
  'name: host in capitals': named([`DNS:${example}`], 'BUS.Example.test'),
  'name: host with a full stop': named([`DNS:${example}`], `${example}.`),
  'name: host and name with a full stop': named([`DNS:${example}.`], `${example}.`),
  'name: underscore': named(['DNS:nats_1'], 'nats_1'),
  'name: underscore below a domain': named(['DNS:_nats.example.test'], '_nats.example.test'),
  'name: international, in its ASCII form': named(['DNS:xn--bcher-kva.example'], 'xn--bcher-kva.example'),
  'name: host that ends in digits': named(['DNS:bus.1'], 'bus.1'),
  'name: host of two full stops': named(['DNS:bus..test'], 'bus..test'),
  'name: host that ends in a hyphen': named(['DNS:bus-'], 'bus-'),
  'name: short form of an address': named(['IP:7f000001', 'DNS:127.1'], '127.1'),
  'name: label of 63 letters': named([`DNS:${'a'.repeat(63)}.test`], `${'a'.repeat(63)}.test`),
  'name: label of 64 letters': named([`DNS:${'a'.repeat(64)}.test`], `${'a'.repeat(64)}.test`),
  'wildcard: one label': named(['DNS:*.example.test'], example),
  'wildcard: in capitals': named(['DNS:*.EXAMPLE.test'], example),
  'wildcard: two labels': named(['DNS:*.example.test'], 'a.bus.example.test'),
  'wildcard: no label': named(['DNS:*.example.test'], 'example.test'),
  'wildcard: below a single label': named(['DNS:*.test'], 'bus.test'),
  'wildcard: below localhost': named(['DNS:*.localhost'], 'a.localhost'),
  'wildcard: part of a label': named(['DNS:b*.example.test'], example),
  'wildcard: end of a label': named(['DNS:*s.example.test'], example),
  'wildcard: not the first label': named(['DNS:bus.*.test'], example),
  'wildcard: twice': named(['DNS:*.*.test'], example),
  'wildcard: everything': named(['DNS:*'], 'localhost'),
  'wildcard: for an address': named(['DNS:*.0.0.1'], '127.0.0.1'),
  'wildcard: host with a full stop': named(['DNS:*.example.test'], `${example}.`),
  'constraint: permitted name': () => plain({ names: ['DNS:localhost'] }, 'localhost', limited(['DNS:localhost'])),
  'constraint: permitted domain': () => plain({ names: [`DNS:${example}`] }, example, limited(['DNS:example.test'])),
  'constraint: permitted domain with a full stop before it': () =>
    plain({ names: [`DNS:${example}`] }, example, limited(['DNS:.example.test'])),
  'constraint: domain itself, with a full stop before it': () =>
    plain({ names: ['DNS:example.test'] }, 'example.test', limited(['DNS:.example.test'])),
  'constraint: name that ends like the domain': () =>
    plain({ names: ['DNS:badexample.test'] }, 'badexample.test', limited(['DNS:example.test'])),
  'constraint: wildcard within the domain': () =>
    plain({ names: ['DNS:*.example.test'] }, example, limited(['DNS:example.test'])),
  'constraint: everything permitted': () => plain({ names: ['DNS:localhost'] }, 'localhost', limited(['DNS:'])),
  'constraint: another name permitted': () =>
    plain({ names: ['DNS:localhost'] }, 'localhost', limited(['DNS:example.test'])),
  'constraint: one name of two permitted': () =>
    plain({ names: ['DNS:localhost', `DNS:${example}`] }, 'localhost', limited(['DNS:localhost'])),
  'constraint: two names permitted': () =>
    plain({ names: ['DNS:localhost', `DNS:${example}`] }, 'localhost', limited(['DNS:localhost', 'DNS:example.test'])),
  'constraint: excluded name': () => plain({ names: ['DNS:localhost'] }, 'localhost', limited([], ['DNS:localhost'])),
  'constraint: another name excluded': () =>
    plain({ names: ['DNS:localhost'] }, 'localhost', limited([], ['DNS:example.test'])),
  'constraint: everything excluded': () => plain({ names: ['DNS:localhost'] }, 'localhost', limited([], ['DNS:'])),
  'constraint: permitted network': () =>
    plain({ names: ['IP:7f000001'] }, '127.0.0.1', limited(['IP:7f000000ff000000'])),
  'constraint: another network permitted': () =>
    plain({ names: ['IP:7f000001'] }, '127.0.0.1', limited(['IP:0a000000ff000000'])),
  'constraint: excluded network': () =>
    plain({ names: ['IP:7f000001'] }, '127.0.0.1', limited([], ['IP:7f000000ff000000'])),
  'constraint: permitted IPv6 network': () =>
    plain(
      { names: ['IP:00000000000000000000000000000001'] },
      '::1',
      limited(['IP:00000000000000000000000000000000ffff0000000000000000000000000000']),
    ),
  'constraint: IPv4 network for IPv6': () =>
    plain({ names: ['IP:00000000000000000000000000000001'] }, '::1', limited(['IP:7f000000ff000000'])),
  'constraint: mask with a hole': () =>
    plain({ names: ['IP:7f000001'] }, '127.0.0.1', limited(['IP:7f000000ff00ff00'])),
  'constraint: network of three bytes': () => plain({ names: ['IP:7f000001'] }, '127.0.0.1', limited(['IP:7f0000'])),
  'constraint: network for a name': () =>
    plain({ names: ['DNS:localhost'] }, 'localhost', limited(['IP:0a000000ff000000'])),
  'constraint: directory name permitted': () => plain({ names: ['DNS:localhost'] }, 'localhost', limited(['dir'])),
  'constraint: directory name excluded': () => plain({ names: ['DNS:localhost'] }, 'localhost', limited([], ['dir'])),
  'constraint: mail for a name': () =>
    plain({ names: ['DNS:localhost'] }, 'localhost', limited(['email:example.test'])),
  'constraint: mail for mail': () =>
    plain({ names: ['DNS:localhost', 'email:a@example.test'] }, 'localhost', limited(['email:example.test'])),
  'constraint: malformed name permitted': () =>
    plain({ names: ['DNS:localhost'] }, 'localhost', limited(['DNS:local host'])),
  'constraint: for a malformed name': () =>
    plain({ names: ['DNS:local host', 'DNS:localhost'] }, 'localhost', limited(['DNS:localhost'])),
  'constraint: of an intermediate, permitted': () =>
    below([limited(['DNS:localhost'])], {}, { names: ['DNS:localhost'] }),
  'constraint: of an intermediate, another permitted': () =>
    below([limited(['DNS:example.test'])], {}, { names: ['DNS:localhost'] }),
  'constraint: of the server itself': () => plain({ more: [nameConstraints(['DNS:example.test'])] }),
}
