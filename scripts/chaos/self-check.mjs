// A check that finds nothing proves nothing unless it would find something: the violations that it is there for are made, one by one.
import { countOf, origin, violations } from './check.mjs'
import { finish } from './finish.mjs'
import { randomPerson } from './people.mjs'
import { setStage } from './stage.mjs'

const isBystander = (stage, { id }) => stage.before.target.some((person) => person.id === id)
const movedOf = (stage) => stage.look().target.find((person) => !isBystander(stage, person) && !person.anonymous && !person.disabled)

const planted = [
  { kind: 'lost', plant: ({ stage, moved }) => stage.target.remove(moved.id) },
  {
    kind: 'doubled',
    plant: ({ stage, moved, newcomer }) => stage.target.create({ ...newcomer, attributes: { [origin]: moved.attributes[origin] } }),
  },
  {
    kind: 'different',
    plant: ({ stage, moved }) => stage.target.change(moved.id, { ...moved, attributes: { ...moved.attributes, points: -77 } }),
  },
  { kind: 'strangers', plant: ({ stage, newcomer }) => stage.target.create({ ...newcomer, attributes: { [origin]: 'nobody' } }) },
  {
    kind: 'harmed',
    plant: ({ stage, bystander }) => stage.target.change(bystander.id, { ...bystander, attributes: { changed: true } }),
  },
  // Anonymous people stay where they are, so nothing else is wrong then.
  { kind: 'harmed', plant: ({ stage }) => stage.source.create({ anonymous: true, attributes: {} }) },
]

/** Throws where a planted violation is not found, or is found where none is. Answers with how many were. */
export const checkTheCheck = async ({ sandbox, random, folder }) => {
  const stage = await setStage({ sandbox, random, folder, number: 'self-check', pair: ['kii', 'kinvey'], users: 30, anonymous: 'leave' })
  const { found } = await finish(stage)
  if (countOf(found) > 0) throw new Error(`without any trouble: ${JSON.stringify(found)}`)
  const worlds = [stage.source.world, stage.target.world]
  const clean = worlds.map((world) => world.snapshot())
  for (const { kind, plant } of planted) {
    const bystander = stage.before.target.find(({ anonymous, disabled }) => !anonymous && !disabled)
    const newcomer = randomPerson('kinvey', random, { username: random.letters(12) })
    await plant({ stage, moved: movedOf(stage), bystander, newcomer })
    const { [kind]: lines, ...others } = violations({ ...stage, now: stage.look() })
    if (lines.length !== 1 || countOf(others) > 0)
      throw new Error(`a planted "${kind}" was found as ${JSON.stringify({ [kind]: lines, ...others })}`)
    worlds.forEach((world, at) => {
      world.restore(clean[at])
    })
  }
  return planted.length
}
