// Not run: `tsc --noEmit --strict` must accept it, and must refuse each line under `@ts-expect-error`.
/// <reference path="counterbell.d.ts" />

async function methods(): Promise<void> {
  await counterbell('open');
  await window.counterbell('close');
  await counterbell('toggle');
  await counterbell('show');
  await counterbell('hide');
  await counterbell('identify', 'token');
  await counterbell('logout');
  await counterbell('update', { page: { title: 'Kettle' }, cart: { total: 129.5, items: 2 }, order: 'F-1001' });
  await counterbell('update', { page: { url: location } });
  await counterbell('ask', 'Where is my order?');
  await counterbell('ask', 'Where is my order?', { send: true });
  await counterbell('handoff');
  await counterbell('setLanguage', 'zh-Hant');
  await counterbell('destroy');
  const isOpen: boolean = await counterbell('isOpen');
  const unread: number = await counterbell('unread');
  console.log(isOpen, unread, counterbell.version);
}

async function events(): Promise<void> {
  const off = counterbell('on', 'unread', ({ id, time, type, count }) => {
    const exact: 'unread' = type;
    console.log(id.length, time.toFixed(), exact, count + 1);
  });
  off();
  const late = await counterbell('on', 'person-joined', (event) => console.log(event.name));
  late();
  counterbell('on', 'message', (event) => event.from === 'person');
  counterbell('on', 'queue', (event) => console.log(event.position ?? 'unknown'));
  window.addEventListener('counterbell:handoff', (event) => console.log(event.detail.time));
}

function anyEvent(event: CounterbellEvent): number {
  return event.type === 'unread' ? event.count : 0;
}

function refused(): void {
  // @ts-expect-error no such method
  counterbell('openn');
  // @ts-expect-error a token is needed
  counterbell('identify');
  // @ts-expect-error a total is a number
  counterbell('update', { cart: { total: '129' } });
  // @ts-expect-error no such fact
  counterbell('update', { tier: 'gold' });
  // @ts-expect-error no such event
  counterbell('on', 'opened', () => {});
  // @ts-expect-error a close carries no count
  counterbell('on', 'close', (event) => event.count);
  // @ts-expect-error an option, not a flag
  counterbell('ask', 'Hello', true);
}

export { anyEvent, events, methods, refused };
