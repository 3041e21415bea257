// The end of a round: let the run come to its end, then look at both servers.
import { leftAfterUndo, violations } from './check.mjs'

/** How a process ended that was not killed. */
export const ended = ({ outcome, failed }) =>
  failed === undefined ? outcome.status : `${failed._tag} of ${failed.vendor}: ${failed.message}`

/** The same, with what went wrong. */
export const explained = (last) => {
  const problems = last.outcome?.counts?.byProblem.map(({ code, detail, count }) => `${count} × ${code} ${detail}`) ?? []
  return [ended(last), ...(last.outcome?.reasons ?? []), ...problems].join('; ')
}

const attempts = 6

/** Without any trouble a run must come to its end; what failed in the trouble before is tried again. */
export const runToItsEnd = async (stage) => {
  const answers = []
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const last = await stage.start(attempt === 0 ? 'run' : 'resume').ended
    answers.push(ended(last))
    if (answers.at(-1) === 'done') return { answers, outcome: last.outcome }
  }
  const last = await stage.start('resume').ended
  return { answers, unfinished: [`not done after ${answers.length} attempts (${answers.join(', ')}): ${explained(last)}`] }
}

const undo = async (stage, killUndo) => {
  await killUndo()
  const last = await stage.start('undo').ended
  const { left, harmed } = leftAfterUndo(stage.before.target, stage.look().target)
  return { left, harmed, unfinished: ended(last) === 'done' ? [] : [`undo: ${ended(last)}`] }
}

/**
 * Brings a run to its end and looks for violations; then, where `killUndo` is given, undoes it and looks again. It is called before the
 * undo that must succeed, to kill some. `now`, where the source has changed.
 */
export const finish = async (stage, killUndo, more = {}) => {
  const { unfinished = [], outcome } = await runToItsEnd(stage)
  const toldNew = outcome?.counts.byLoss['created-at-changed'] ?? 0
  const found = { unfinished, ...violations({ ...stage, now: stage.look(), toldNew, ...more }) }
  if (killUndo === undefined) return { found, outcome, undone: false }
  const undone = await undo(stage, killUndo)
  return {
    outcome,
    undone: true,
    found: {
      ...found,
      unfinished: [...found.unfinished, ...undone.unfinished],
      leftAfterUndo: undone.left,
      harmed: [...found.harmed, ...undone.harmed],
    },
  }
}
