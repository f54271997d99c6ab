// What the page of the trend says.

export type TrendTexts = Readonly<
  Record<'heading' | 'opened' | 'ended' | 'waiting' | 'unknown' | 'says' | 'isCut', string>
>;

export const TREND_EN: TrendTexts = {
  heading: 'The last 14 days',
  opened: 'Held back',
  ended: 'Ended',
  waiting: 'Waiting at its end',
  unknown: 'not counted',
  says: 'Days are those of UTC. What was released, rejected, deleted or overtaken has ended, on the day that it came to that last.',
  isCut: 'There was more than could be counted at once: the numbers are too small.',
};

export const TREND_NL: TrendTexts = {
  heading: 'De laatste 14 dagen',
  opened: 'Tegengehouden',
  ended: 'Afgesloten',
  waiting: 'Wachtend aan het eind',
  unknown: 'niet geteld',
  says: 'De dagen zijn die van UTC. Wat is vrijgegeven, afgewezen, verwijderd of achterhaald, is afgesloten, op de dag waarop het dat het laatst werd.',
  isCut: 'Er was meer dan in één keer kon worden geteld: de aantallen zijn te klein.',
};
