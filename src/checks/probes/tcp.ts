import { blankOf, ladderFacts, noProblem } from '../../base/facts.js'
import { z } from 'zod'
import { credential } from '../../net/credential.js'
import { defineProbe } from '../../engine/probe.js'
import { climb } from '../../net/climb-ladder.js'
import { dial } from '../../net/dial.js'
import { namesOnePlace, placeOf, portInput, printablePlace } from '../../net/host-port.js'

const rungs = ['resolve', 'connect'] as const

const input = z
  .strictObject({
    address: credential().optional().describe('host:port, or a URL with a port'),
    host: z.string().min(1).max(255).optional().describe('host name or address; with port, in place of address'),
    port: portInput().optional().describe('port, with host'),
  })
  .refine(namesOnePlace, 'either address, or host and port')

const facts = z.strictObject({
  ...ladderFacts(rungs, ['bad-url']),
  open: z.boolean().describe('a connection was accepted'),
  remoteAddress: z.string().describe('the address that accepted it'),
})
type TcpFacts = z.output<typeof facts>

const blank = blankOf(facts, { problem: noProblem })

export const probe = defineProbe({
  kind: 'tcp',
  title: 'a TCP port accepts connections',
  description: 'Resolves a name and connects. An open port does not show what listens there, or whether it works.',
  input,
  facts,
  rungs,
  defaultTimeout: 3000,
  examples: [
    { title: 'a port is open', input: { address: '127.0.0.1:9100' }, expect: 'facts.open' },
    {
      title: 'a port is closed',
      input: { host: '127.0.0.1', port: 9100 },
      expect: 'facts.problem.code == "connection-refused"',
    },
  ],
  addresses: (given) => [() => [printablePlace(placeOf(given))]],
  onlyReads: () => true,
  observe: (given, context) =>
    climb<TcpFacts>(context, blank, async (draft, ascent) => {
      const socket = await dial(placeOf(given), ascent)
      draft.open = true
      draft.remoteAddress = socket.remoteAddress ?? ''
      socket.destroy()
    }),
})
