import { PreflightError, exitCodes } from '../../base/errors.js'
import { UnansweredError, type Person, type Question } from '../../engine/person.js'
import { thisShell, type EnvironmentSource } from '../../environment/environment-source.js'
import type { EnvironmentAsked } from '../environment/choose-environment.js'
import type { Pack } from '../definition.js'
import { fullInputName } from '../input-names.js'
import { gatesAmong } from '../plan/gates.js'
import { counted } from '../../base/text/wording.js'
import { addressKind } from './found-checks.js'
import type { WantedInput } from './wanted-inputs.js'

export const flagsHint =
  'without a terminal: --yes for the defaults, or --pack NAME or --own, --env-file FILE, --gates or --no-gates, --input name=value'

/** The questions of `preflight init`, each answered once or the command ends. */
export class Questions {
  constructor(private readonly asked: EnvironmentAsked) {}

  /** What is run: names of packs that ship, and whether something of the user's own. */
  async systems(packs: readonly Pack[]): Promise<{ readonly packs: readonly string[]; readonly isOwn: boolean }> {
    const chosen: string[] = []
    let isOwn = false
    for (let left = true; left;) {
      const so = [...chosen, ...(isOwn ? ['something of my own'] : [])]
      const ask = so.length === 0 ? 'What do you run?' : `What else, besides ${so.join(' and ')}?`
      const answer = await this.#pick({ ask }, [
        ...packs
          .filter(({ system }) => !chosen.includes(system))
          .map(({ system, checks }) => ({
            value: `pack ${system}`,
            title: `${system} (${counted(checks.length, 'check')} that ship)`,
          })),
        ...(isOwn ? [] : [{ value: 'own', title: 'something of my own' }]),
        ...(chosen.length > 0 || isOwn ? [{ value: 'done', title: 'nothing else' }] : []),
      ])
      if (answer === 'own') isOwn = true
      else if (answer !== 'done') chosen.push(answer.slice('pack '.length))
      left = answer !== 'done' && !(isOwn && chosen.length === packs.length)
    }
    return { packs: chosen, isOwn }
  }

  /**
   * Where the environment comes from.
   *
   * @param files environment files that were found
   * @param problem what was wrong with the last answer
   */
  async environment(files: readonly string[], problem: string | undefined): Promise<readonly EnvironmentSource[]> {
    const answer = await this.#pick({ ask: 'Where is the environment of the deployment?', ...explained(problem) }, [
      ...files.map((file) => ({ value: `file ${file}`, title: file })),
      { value: 'other', title: 'another file' },
      { value: 'shell', title: "this shell's own" },
      { value: 'process', title: 'a running process' },
      { value: 'none', title: 'none yet' },
    ])
    if (answer === 'none') return []
    if (answer === 'shell') return [thisShell]
    if (answer === 'process') return [{ 'pid-file': await this.#line('Which file contains its process id?') }]
    return [answer === 'other' ? await this.#line('Which file?') : answer.slice('file '.length)]
  }

  async gates(packs: readonly Pack[]): Promise<boolean> {
    const count = gatesAmong(packs.flatMap(({ checks }) => checks)).size
    const explain = `The gates build and test the checkout (${counted(count, 'check')}). They take long, and need a checkout and throwaway databases.`
    const answer = await this.#pick({ ask: 'Do the gates run here?', explain }, [
      { value: 'no', title: 'no: leave them out, and say so in every report' },
      { value: 'yes', title: 'yes' },
    ])
    return answer === 'yes'
  }

  /**
   * The value of one input; `undefined` when none was given.
   *
   * @param complaint says what is wrong with a text
   */
  async input(
    { definition, fallback }: WantedInput,
    complaint: (text: string) => string | undefined,
  ): Promise<string | undefined> {
    const { description, secret } = definition
    const end = fallback === undefined ? 'empty: fill it in later' : `empty: ${fallback}`
    let problem: string | undefined
    for (;;) {
      const question = {
        ask: `${fullInputName(definition)} (${end})`,
        explain: [problem, `${description}.`].filter(Boolean).join('\n'),
      }
      const text = secret ? await this.#secret(question) : await this.#line(question.ask, question.explain)
      if (text.trim() === '') return undefined
      problem = complaint(text.trim())
      if (problem === undefined) return text.trim()
    }
  }

  /** Addresses for a pack of the user's own. @param known variables that a check is written for already */
  async addresses(known: readonly string[]): Promise<readonly string[]> {
    const addresses: string[] = []
    const found =
      known.length === 0 ? 'The environment names no server.' : `Found in the environment: ${known.join(', ')}.`
    let problem: string | undefined
    for (;;) {
      const text = await this.#line(
        addresses.length === 0
          ? 'Which other address should be looked at? (empty: none)'
          : 'And another? (empty: no more)',
        [
          problem,
          ...(addresses.length === 0 ? [`${found} Give a URL (http, redis, postgres, nats, ws) or host:port.`] : []),
        ]
          .filter(Boolean)
          .join('\n'),
      )
      const address = text.trim()
      if (address === '') return addresses
      problem =
        addressKind(address) === undefined
          ? 'This is not an address: it is neither a URL with a known scheme or a port, nor host:port.'
          : undefined
      if (problem === undefined) addresses.push(address)
    }
  }

  #pick(question: Question, options: Parameters<Person['pick']>[1]): Promise<string> {
    return answered(() => this.asked.person.pick(question, options, this.asked.signal))
  }

  #line(ask: string, explain?: string): Promise<string> {
    return answered(() => this.asked.person.line({ ask, ...explained(explain) }, this.asked.signal))
  }

  #secret(question: Question): Promise<string> {
    return answered(() => this.asked.person.secret(question, this.asked.signal))
  }
}

const explained = (text: string | undefined): { readonly explain?: string } =>
  text === undefined || text === '' ? {} : { explain: text }

async function answered(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof UnansweredError)) throw error
    throw new PreflightError('unanswered', exitCodes.usage, `${error.message}; nothing was written`, {
      hint: flagsHint,
      cause: error,
    })
  }
}
