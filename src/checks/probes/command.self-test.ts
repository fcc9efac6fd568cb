import type { SelfTest } from '../../engine/self-test.js'

/** A program of this Node: nothing else is sure to be installed. */
const program = (text: string) => ({ input: { argv: [process.execPath, '-e', text] } })

const schema = { type: 'object', properties: { waiting: { type: 'integer', minimum: 0 } }, required: ['waiting'] }

/** One that prints figures. */
const figures = (text: string) => ({ input: { argv: [process.execPath, '-e', text], json: schema } })
const fewWait = 'facts.json.waiting < 100'

export const selfTest: SelfTest = {
  kind: 'command',
  expect: 'facts.started && facts.exitCode == 0 && facts.stdout.contains("version 4.5.6")',
  cases: [
    { meets: 'a program that succeeds', end: 'pass', arrange: () => program('console.log("version 4.5.6")') },
    {
      meets: 'a program that prints it and fails',
      end: 'fail',
      arrange: () => program('console.log("version 4.5.6"); process.exitCode = 3'),
    },
    {
      meets: 'a program that does not exist',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { argv: [`${folder}/no-such-program`] } }),
    },
    {
      meets: 'a program that never ends',
      end: 'unknown',
      timeout: 1000,
      arrange: () => program('setInterval(() => {}, 1000)'),
    },
    {
      meets: 'JSON that fits its schema',
      end: 'pass',
      expect: fewWait,
      arrange: () => figures('console.log(JSON.stringify({ waiting: 99 }))'),
    },
    {
      meets: 'JSON with a figure beyond the limit',
      end: 'fail',
      expect: fewWait,
      arrange: () => figures('console.log(JSON.stringify({ waiting: 100 }))'),
    },
    {
      meets: 'JSON of another type than its schema says',
      end: 'unknown',
      expect: fewWait,
      arrange: () => figures('console.log(JSON.stringify({ waiting: "99" }))'),
    },
    {
      meets: 'JSON that is cut off',
      end: 'unknown',
      expect: fewWait,
      arrange: () => figures(`console.log('{"waiting": 9')`),
    },
    {
      meets: 'JSON of a program that fails',
      end: 'unknown',
      expect: fewWait,
      arrange: () => figures('console.log(JSON.stringify({ waiting: 99 })); process.exitCode = 3'),
    },
    {
      meets: 'a script with its arguments, or no bash on this machine',
      end: 'pass',
      expect: 'facts.missing || facts.exitCode == 0 && facts.stdout == "two words|$(id)|2"',
      arrange: () => ({ input: { shell: 'printf "%s|%s|%s" "$1" "$2" "$#"', arguments: ['two words', '$(id)'] } }),
    },
    {
      meets: 'a script in which a command before a pipe fails',
      end: 'fail',
      expect: 'facts.exitCode == 0',
      arrange: () => ({ input: { shell: 'false | true' } }),
    },
  ],
}
