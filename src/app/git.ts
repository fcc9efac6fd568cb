import { surrounding } from '../kernel/surroundings.js'

export interface GitState {
  readonly commit: string
  readonly dirty: boolean
}

/** The commit that is checked out in a folder, and whether anything tracked differs from it; null outside a checkout or without git. */
export async function gitState(folder: string): Promise<GitState | null> {
  const { execa } = await import('execa')
  const git = async (...args: string[]): Promise<string | undefined> => {
    const result = await execa('git', ['-C', folder, ...args], {
      extendEnv: false,
      env: { PATH: surrounding('PATH'), HOME: surrounding('HOME'), LANG: 'C', GIT_OPTIONAL_LOCKS: '0' },
      timeout: 5000,
      maxBuffer: 16 * 1024 * 1024,
      stdin: 'ignore',
      reject: false,
    })
    return result.failed ? undefined : result.stdout
  }
  const commit = await git('rev-parse', 'HEAD')
  if (commit === undefined) return null
  // Without an answer it is not known to be clean, so it counts as dirty.
  return { commit, dirty: (await git('status', '--porcelain', '--untracked-files=no')) !== '' }
}
