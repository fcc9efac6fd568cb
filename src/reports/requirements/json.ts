import type { Requirements } from '../../checks/requirements.js'

/** What a deployment must bring, for programs. What is unknown without an environment is `null`. */
export function requirementsJson({ inputs, servers, programs, files, rights, ...rest }: Requirements): string {
  const named = <Item extends { readonly name: string | undefined }>({ name, ...more }: Item) => ({
    name: name ?? null,
    ...more,
  })
  const document = {
    ...rest,
    deployment: rest.deployment ?? null,
    inputs: inputs.map(({ isRequired, isSecret, ...input }) => ({ ...input, required: isRequired, secret: isSecret })),
    servers: servers.map(named),
    programs: programs.map(named),
    files: files.map(named),
    rights: rights.map(named),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
