import { boolean, der, integer, objectIdentifier, sequence } from '../../../sandbox/servers/der.js'
import { constraints, extendedUsage, keyUsage, nameConstraints } from './extensions.js'
import { alone, authority, authorityExtensions, below, leaf, plain, type Cases } from './parts.js'
import { extension, issue } from './x509.js'

const unknown = (isCritical: boolean) => extension('1.3.6.1.4.1.99999.2', der(0x0c, Buffer.from('x')), isCritical)
const policies = (isCritical: boolean) =>
  extension('2.5.29.32', sequence(sequence(objectIdentifier('2.5.29.32.0'))), isCritical)
const mustStaple = (isCritical: boolean) =>
  extension('1.3.6.1.5.5.7.1.24', sequence(integer(Buffer.from([5]))), isCritical)
const basic = (...content: Buffer[]) => extension('2.5.29.19', sequence(...content), true)

/** Rules about the server's certificate, each alone and beside others. */
export const ruleCases: Cases = {
  'authority: openssl req -x509': () => alone({ subject: 'localhost', more: [constraints(true)] }),
  'authority: openssl req -x509 without names': () =>
    alone({ subject: 'localhost', names: [], more: [constraints(true)] }),
  'authority: self-signed, not trusted': () => ({ ...alone({ more: [constraints(true)] }), anchors: [authority()] }),
  'authority: with a path length': () => alone({ more: [constraints(true, 0)] }),
  'authority: signed by another': () => plain({ more: [constraints(true)] }),
  'authority: not critical': () => plain({ more: [extension('2.5.29.19', sequence(boolean(true)))] }),
  'authority: expired as well': () => alone({ more: [constraints(true)], from: 2020, to: 2021 }),
  'authority: for client authentication as well': () => alone({ more: [constraints(true), extendedUsage(['client'])] }),
  'authority: with an unknown critical extension as well': () => alone({ more: [constraints(true), unknown(true)] }),
  'authority: via an intermediate': () => below([{}], {}, { more: [constraints(true)] }),
  'no authority: self-signed and trusted': () => alone(),
  'no authority: said, self-signed and trusted': () => alone({ more: [constraints(false)] }),
  'no authority: said, signed by another': () => plain({ more: [constraints(false)] }),
  'no authority: said in full': () => plain({ more: [basic(boolean(false))] }),
  'no authority: flag that is neither': () => plain({ more: [basic(der(0x01, Buffer.from([1])))] }),
  'no authority: with a path length': () => plain({ more: [constraints(false, 0)] }),
  'no authority: bytes behind': () =>
    plain({ more: [basic(boolean(false), integer(Buffer.from([0])), integer(Buffer.from([0])))] }),
  'no authority: self-signed, not trusted': () => ({ ...alone(), anchors: [authority()] }),
  'no authority: self-signed, nothing trusted': () => ({ ...alone(), anchors: [authority({ subject: 'Another' })] }),
  'version: 1, self-signed and trusted': () => alone({ version: 1, names: [], subject: 'localhost' }),
  'version: 1, signed by an authority': () => plain({ version: 1, names: [], subject: 'localhost' }),
  'version: 1 with extensions': () => plain({ version: 1 }),
  'version: 2': () => plain({ version: 2 }),
  'version: 4': () => plain({ version: 4 }),
  'version: 1, expired as well': () => plain({ version: 1, names: [], subject: 'localhost', to: 2021 }),
  'version: 1 of the one trusted': () => plain({}, 'localhost', { version: 1, extensions: [] }),
  'version: 2 of the one trusted': () => plain({}, 'localhost', { version: 2, extensions: [] }),
  'version: 1 of an intermediate': () => below([{ version: 1, extensions: [] }]),
  'usage: server': () => plain({ more: [extendedUsage(['server'])] }),
  'usage: server, critical': () => plain({ more: [extendedUsage(['server'], true)] }),
  'usage: client': () => plain({ more: [extendedUsage(['client'])] }),
  'usage: client, self-signed and trusted': () => alone({ more: [extendedUsage(['client'])] }),
  'usage: client and server': () => plain({ more: [extendedUsage(['client', 'server'])] }),
  'usage: any': () => plain({ more: [extendedUsage(['any'])] }),
  'usage: any and server': () => plain({ more: [extendedUsage(['any', 'server'])] }),
  'usage: code': () => plain({ more: [extendedUsage(['code'])] }),
  'usage: none named': () => plain({ more: [extendedUsage([])] }),
  'usage: client, without a name as well': () =>
    plain({ names: [], subject: 'localhost', more: [extendedUsage(['client'])] }),
  'usage: client of an intermediate': () =>
    below([{ extensions: [...authorityExtensions, extendedUsage(['client'])] }]),
  'usage: any of an intermediate': () => below([{ extensions: [...authorityExtensions, extendedUsage(['any'])] }]),
  'usage: server of an intermediate': () =>
    below([{ extensions: [...authorityExtensions, extendedUsage(['server'])] }]),
  'usage: client of the one trusted': () =>
    plain({}, 'localhost', { extensions: [...authorityExtensions, extendedUsage(['client'])] }),
  'extension: unknown': () => plain({ more: [unknown(false)] }),
  'extension: unknown, critical': () => plain({ more: [unknown(true)] }),
  'extension: unknown, critical, self-signed and trusted': () => alone({ more: [unknown(true)] }),
  'extension: unknown, critical, without a name as well': () =>
    plain({ names: [], subject: 'localhost', more: [unknown(true)] }),
  'extension: unknown, critical, of an intermediate': () =>
    below([{ extensions: [...authorityExtensions, unknown(true)] }]),
  'extension: unknown, critical, of the one trusted': () =>
    plain({}, 'localhost', { extensions: [...authorityExtensions, unknown(true)] }),
  'extension: policies': () => plain({ more: [policies(false)] }),
  'extension: policies, critical': () => plain({ more: [policies(true)] }),
  'extension: policies, critical, of an intermediate': () =>
    below([{ extensions: [...authorityExtensions, policies(true)] }]),
  'extension: must-staple': () => plain({ more: [mustStaple(false)] }),
  'extension: must-staple, critical': () => plain({ more: [mustStaple(true)] }),
  'extension: key identifier, critical': () =>
    plain({ more: [extension('2.5.29.14', der(0x04, Buffer.from('0123')), true)] }),
  'extension: precertificate poison': () => plain({ more: [extension('1.3.6.1.4.1.11129.2.4.3', der(0x05), true)] }),
  'extension: name constraints of the server, critical': () => plain({ more: [nameConstraints(['DNS:localhost'])] }),
  'extension: none at all': () => plain({ names: [] }),
  'extension: twice': () => plain({ more: [extendedUsage(['server']), extendedUsage(['server'])] }),
  'key usage: signatures': () => plain({ more: [keyUsage('10000000')] }),
  'key usage: agreement alone': () => plain({ more: [keyUsage('00001000')] }),
  'key usage: signing certificates alone': () => plain({ more: [keyUsage('00000100')] }),
  'key usage: of an intermediate without signing certificates': () =>
    below([{ extensions: [constraints(true), keyUsage('10000000')] }]),
  'key usage: of the one trusted without signing certificates': () =>
    plain({}, 'localhost', { extensions: [constraints(true), keyUsage('10000000')] }),
  'dates: expired': () => plain({ to: 2021 }),
  'dates: not yet valid': () => plain({ from: 2110 }),
  'dates: the wrong way round': () => plain({ from: 2110, to: 2021 }),
  'dates: expired, self-signed and trusted': () => alone({ to: 2021 }),
  'dates: expired, of another name as well': () => plain({ to: 2021, names: ['DNS:other.example.test'] }),
  'dates: of an intermediate that expired': () => below([{ to: 2021 }]),
  'dates: of the one trusted, which expired': () => plain({}, 'localhost', { to: 2021 }),
  'dates: before 1970': () => plain({ from: 1960 }),
  'path: via an intermediate': () => below([{}]),
  'path: via an intermediate that is not sent': () => {
    const { chain, anchors } = below([{}])
    return { host: 'localhost', chain: [chain[0]], anchors }
  },
  'path: the intermediate is trusted, and not sent': () => {
    const { chain } = below([{}])
    return { host: 'localhost', chain: [chain[0]], anchors: chain.slice(1) }
  },
  'path: the intermediate and the root are trusted, and not sent': () => {
    const { chain, anchors } = below([{}])
    return { host: 'localhost', chain: [chain[0]], anchors: [...anchors, ...chain.slice(1)] }
  },
  'path: the server itself is trusted, its authority not': () => {
    const { chain } = plain()
    return { host: 'localhost', chain, anchors: chain }
  },
  'path: the root is sent as well': () => {
    const { chain, anchors } = below([{}])
    return { host: 'localhost', chain: [...chain, ...anchors] as typeof chain, anchors }
  },
  'path: in another order': () => {
    const { chain, anchors } = below([{}, {}])
    return { host: 'localhost', chain: [chain[0], ...chain.slice(1).reverse()], anchors }
  },
  'path: with a stranger in between': () => {
    const { chain, anchors } = below([{}])
    return { host: 'localhost', chain: [chain[0], authority({ subject: 'A Stranger' }), ...chain.slice(1)], anchors }
  },
  'path: two intermediates': () => below([{}, {}]),
  'path: six intermediates': () => below([{}, {}, {}, {}, {}, {}]),
  'path: seven intermediates': () => below([{}, {}, {}, {}, {}, {}, {}]),
  'path: length 0 of an intermediate above another': () => below([{ extensions: [constraints(true, 0)] }, {}]),
  'path: length 0 of an intermediate above the server': () => below([{ extensions: [constraints(true, 0)] }]),
  'path: length 0 of the one trusted above an intermediate': () => below([{}], { extensions: [constraints(true, 0)] }),
  'path: an intermediate that does not say that it is an authority': () => below([{ extensions: [] }]),
  'path: an intermediate that says that it is none': () => below([{ extensions: [constraints(false)] }]),
  'path: the one trusted is no authority': () => plain({}, 'localhost', { extensions: [constraints(false)] }),
  'path: the one trusted does not say that it is an authority': () => plain({}, 'localhost', { extensions: [] }),
  'path: nobody trusts the authority': () => ({ ...plain(), anchors: [authority({ subject: 'Another' })] }),
  'path: an authority of the same name is trusted': () => ({ ...plain(), anchors: [authority()] }),
  'path: two authorities of one name are trusted': () => {
    const { chain, anchors } = plain()
    return { host: 'localhost', chain, anchors: [authority(), ...anchors] }
  },
  'path: crossed, the first way expired': () => {
    const [old, root] = [authority({ subject: 'Old' }), authority()]
    const middle = authority({ subject: 'Middle', by: root })
    const crossed = issue({ subject: 'Middle', by: old, keyOf: middle, extensions: authorityExtensions, to: 2021 })
    return { host: 'localhost', chain: [leaf(middle), crossed, middle], anchors: [old, root] }
  },
}
