import { Args } from '@oclif/core'
import { BaseCommand, writeReport } from '../src/cli/base-command.js'
import { bashScript } from '../src/cli/completion/bash.js'
import { branches, commandWords } from '../src/cli/completion/command-words.js'
import { fishScript } from '../src/cli/completion/fish.js'
import { zshScript } from '../src/cli/completion/zsh.js'

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

export default class Completion extends BaseCommand {
  static override summary = 'Print a script that completes commands, flags, their values and ids in a shell.'
  static override description =
    'Load it where the shell starts. Ids of checks and runbooks, and kinds of probes, are asked of `preflight list`, `preflight runbook list` and `preflight probe` when they are needed.'
  static override examples = [
    'echo "source <(<%= config.bin %> completion bash)" >> ~/.bashrc',
    'echo "source <(<%= config.bin %> completion zsh)" >> ~/.zshrc',
    '<%= config.bin %> completion fish > ~/.config/fish/completions/preflight.fish',
  ]
  static override args = {
    shell: Args.string({
      ignoreStdin: true,
      description: 'the shell',
      required: true,
      options: ['bash', 'zsh', 'fish'],
    }),
  }

  async run(): Promise<void> {
    const { args } = await this.parse(Completion)
    const commands = commandWords(this.config.commands)
    const topics = Object.fromEntries(this.config.topics.map(({ name, description }) => [name, description ?? '']))
    await writeReport(scripts[args.shell as keyof typeof scripts](commands, branches(commands, topics)))
  }
}
