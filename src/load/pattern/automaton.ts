import { isWordCharacter, PatternError, type Assertion, type PatternNode } from './syntax.js'

/** One instruction of a pattern's program; numbers are instructions to go on with. */
type Instruction =
  | { readonly kind: 'set'; readonly has: (codePoint: number) => boolean }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { kind: 'fork'; targets: number[] }
  | { readonly kind: 'match' }

const mostInstructions = 2000

/**
 * Builds the program of a pattern: Thompson's construction, in which every part's way out is the next instruction.
 *
 * @throws PatternError when the repeats of the pattern multiply to more than can be matched quickly
 */
export function programOf(pattern: PatternNode): readonly Instruction[] {
  const program: Instruction[] = []
  const emit = (instruction: Instruction): number => {
    if (program.length >= mostInstructions) throw new PatternError('the repeats of the pattern multiply to too much')
    return program.push(instruction) - 1
  }
  const fork = () => {
    const instruction: Instruction & { kind: 'fork' } = { kind: 'fork', targets: [] }
    emit(instruction)
    return instruction
  }
  const add = (node: PatternNode): void => {
    switch (node.kind) {
      case 'set':
      case 'assert':
        emit(node)
        return
      case 'sequence':
        for (const part of node.parts) add(part)
        return
      case 'choice': {
        const entry = fork()
        const exits = node.options.map((option) => {
          entry.targets.push(program.length)
          add(option)
          return fork()
        })
        for (const exit of exits) exit.targets.push(program.length)
        return
      }
      case 'repeat':
        repeat(node)
    }
  }
  const repeat = ({ part, least, most }: PatternNode & { kind: 'repeat' }): void => {
    for (let count = 0; count < least; count += 1) add(part)
    if (most === Infinity) {
      const loop = program.length
      const entry = fork()
      entry.targets.push(program.length)
      add(part)
      fork().targets.push(loop)
      entry.targets.push(program.length)
      return
    }
    const optional = Array.from({ length: most - least }, () => {
      const entry = fork()
      entry.targets.push(program.length)
      add(part)
      return entry
    })
    for (const entry of optional) entry.targets.push(program.length)
  }
  add(pattern)
  emit({ kind: 'match' })
  return program
}

/**
 * Whether a program matches anywhere in a text. Walks the text once with the set of instructions it may stand at, so the
 * time is bounded by the product of their sizes whatever the text is.
 */
export function runProgram(program: readonly Instruction[], text: string): boolean {
  const points = Array.from(text, (character) => character.codePointAt(0)!)
  const seenAt = new Int32Array(program.length).fill(-1)
  let standing: number[] = []
  for (let at = 0; at <= points.length; at += 1) {
    const closure: number[] = []
    const pending = [0, ...standing]
    while (pending.length > 0) {
      const index = pending.pop()!
      if (seenAt[index] === at) continue
      seenAt[index] = at
      const instruction = program[index]!
      if (instruction.kind === 'match') return true
      if (instruction.kind === 'fork') pending.push(...instruction.targets)
      else if (instruction.kind === 'set') closure.push(index)
      else if (holds(instruction.what, points, at)) pending.push(index + 1)
    }
    const point = points[at]
    standing = point === undefined ? [] : closure.filter((index) => (program[index] as Instruction & { kind: 'set' }).has(point)).map((index) => index + 1)
  }
  return false
}

function holds(what: Assertion, points: readonly number[], at: number): boolean {
  if (what === 'start') return at === 0
  if (what === 'end') return at === points.length
  const isWordAt = (index: number): boolean => points[index] !== undefined && isWordCharacter(points[index])
  return (isWordAt(at - 1) !== isWordAt(at)) === (what === 'word-boundary')
}
