import { freePort } from '../process/free-port.js'
import { effect, type Fault } from './fault.js'

/** The optional model server is off in the sandbox; this deployment claims to use it. */
export const ollamaFaults: readonly Fault[] = [
  {
    name: 'ollama-down',
    group: 'servers',
    title: 'Ollama is enabled and nothing listens there',
    caughtBy: 'arqonbus/datastores/ollama',
    cure: { inputs: { 'arqonbus.ollama_enabled': 'false' } },
    status: 'fail',
    class: 'dependency',
    exitCode: 1,
    alsoRed: [],
    apply: async () =>
      effect({
        inputs: { 'arqonbus.ollama_enabled': 'true', 'arqonbus.ollama_url': `http://127.0.0.1:${await freePort()}` },
      }),
  },
]
