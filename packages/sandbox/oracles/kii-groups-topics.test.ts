import { describe, expect, it } from 'vitest'
import { addGroup } from '../src/kii/index.js'
import { failure, freshName, kiiApps, register, settled } from './kii-support.js'

const newApp = kiiApps()

describe('groups', () => {
  it('KI28 KI30 the owner owns the group and is a member', async () => {
    const sdk = newApp().device()
    const user = await register(sdk)
    const group = await settled(sdk.KiiGroup.groupWithName('Readers').save())
    const [owned, joined] = [(await settled(user.ownerOfGroups()))[1], (await settled(user.memberOfGroups()))[1]]
    expect(owned.map((one) => [one.getID(), one.getName(), one.getCachedOwner().getID()])).toEqual([
      [group.getID(), 'Readers', user.getID()],
    ])
    expect(joined.map((one) => one.getID())).toEqual([group.getID()])
  })

  it('KI28 KI30 a member belongs to the group without owning it, until removed', async () => {
    const app = newApp()
    const sdk = app.device()
    const memberSdk = app.device()
    const member = await register(memberSdk)
    await register(sdk)
    const group = await settled(sdk.KiiGroup.groupWithNameAndMembers('Readers', [sdk.KiiUser.userWithID(member.getID())]).save())
    expect((await settled(group.getMemberList()))[1]).toHaveLength(2)
    const [joined] = (await settled(member.memberOfGroups()))[1]
    await settled(joined?.refresh() ?? Promise.reject(new Error('no group')))
    expect([joined?.getID(), joined?.getName()]).toEqual([group.getID(), 'Readers'])
    expect((await settled(member.ownerOfGroups()))[1]).toEqual([])

    group.removeUser(sdk.KiiUser.userWithID(member.getID()))
    await settled(group.save())
    expect((await settled(member.memberOfGroups()))[1]).toEqual([])
  })

  it('KI28 a member leaves by himself, and removes nobody else', async () => {
    const app = newApp()
    const [ownerSdk, memberSdk] = [app.device(), app.device()]
    const [owner, member] = [await register(ownerSdk), await register(memberSdk)]
    await settled(ownerSdk.KiiGroup.groupWithNameAndMembers('Readers', [ownerSdk.KiiUser.userWithID(member.getID())]).save())
    const remove = async (userID: string): Promise<unknown> => {
      const [joined] = (await settled(member.memberOfGroups()))[1]
      joined?.removeUser(memberSdk.KiiUser.userWithID(userID))
      return joined?.save()
    }
    expect(await failure(remove(owner.getID()))).toMatch(/^UNAUTHORIZED: /)
    await settled(remove(member.getID()))
    expect((await settled(member.memberOfGroups()))[1]).toEqual([])
  })

  it('KI28 KI30 a user without groups has none', async () => {
    const user = await register(newApp().device())
    expect((await settled(user.memberOfGroups()))[1]).toEqual([])
    expect((await settled(user.ownerOfGroups()))[1]).toEqual([])
  })

  it('KI28 KI30 the groups of somebody else are shown too', async () => {
    const app = newApp()
    const otherSdk = app.device()
    const other = await register(otherSdk)
    await settled(otherSdk.KiiGroup.groupWithName('Readers').save())
    const sdk = app.device()
    await register(sdk)
    const stranger = sdk.KiiUser.userWithID(other.getID())
    const [joined, owned] = [await settled(stranger.memberOfGroups()), await settled(stranger.ownerOfGroups())]
    expect([joined, owned].map(({ 1: groups }) => groups.map((group) => group.getName()))).toEqual([['Readers'], ['Readers']])
    expect(await failure(sdk.KiiUser.userWithID('nobody').memberOfGroups())).toMatch(/^USER_NOT_FOUND: /)
  })

  it('KI04 KI28 a group outlives its owner', async () => {
    const app = newApp()
    const [owner, member] = [await register(app.device()), await register(app.device())]
    addGroup(app.world, { name: 'Readers', owner: owner.getID(), members: [member.getID()] })
    await settled(owner.delete())
    expect((await settled(member.memberOfGroups()))[1].map((group) => group.getName())).toEqual(['Readers'])
  })

  it('KI04 a user who is deleted is no member any more', async () => {
    const app = newApp()
    const sdk = app.device()
    const member = await register(app.device())
    const owner = await register(sdk)
    const group = await settled(sdk.KiiGroup.groupWithNameAndMembers('Readers', [sdk.KiiUser.userWithID(member.getID())]).save())
    await settled(member.delete())
    expect((await settled(group.getMemberList()))[1].map((one) => one.getID())).toEqual([owner.getID()])
  })
})

describe('topics', () => {
  it('KI27 KI41 a topic is saved, listed and deleted', async () => {
    const user = await register(newApp().device())
    const topic = user.topicWithName('news')
    expect([topic.getName(), await settled(topic.exists())]).toEqual(['news', false])
    await settled(topic.save())
    expect(await settled(topic.exists())).toBe(true)
    const { 0: topics, 1: next } = await settled(user.listTopics(null))
    expect([topics.map((one) => one.getName()), next]).toEqual([['news'], null])
    await settled(topic.deleteTopic())
    expect((await settled(user.listTopics(null)))[0]).toEqual([])
  })

  it('KI41 a topic is saved once', async () => {
    const topic = (await register(newApp().device())).topicWithName('news')
    await settled(topic.save())
    expect(await failure(topic.save())).toMatch(/statusCode: 409 error code: TOPIC_ALREADY_EXISTS/)
  })

  it('KI27 pages follow each other until the last one', async () => {
    const user = await register(newApp({ topicPageSize: 2 }).device())
    const names = Array.from({ length: 5 }, freshName)
    for (const name of names) await settled(user.topicWithName(name).save())
    const pages: string[][] = []
    let key: string | null = ''
    while (key !== null) {
      const { 0: topics, 1: next }: Awaited<ReturnType<typeof user.listTopics>> = await settled(user.listTopics(null, key))
      pages.push(topics.map((topic) => topic.getName()))
      key = next
    }
    expect(pages).toEqual([names.slice(0, 2), names.slice(2, 4), names.slice(4)])
  })

  it('KI27 a stale pagination key is refused', async () => {
    const user = await register(newApp({ topicPageSize: 1 }).device())
    const topics = ['one', 'two'].map((name) => user.topicWithName(name))
    for (const topic of topics) await settled(topic.save())
    const { 1: key } = await settled(user.listTopics(null))
    await settled(topics[0]?.deleteTopic() ?? Promise.reject(new Error('no topic')))
    expect(await failure(user.listTopics(null, key ?? ''))).toMatch(/^list topics failed\. statusCode: 400 error code: INVALID_INPUT_DATA /)
  })

  it('KI27 the topics of somebody else are not shown', async () => {
    const app = newApp()
    const other = await register(app.device())
    const sdk = app.device()
    await register(sdk)
    expect(await failure(sdk.KiiUser.userWithID(other.getID()).listTopics(null))).toMatch(/^list topics failed\. statusCode: 401 /)
  })
})
