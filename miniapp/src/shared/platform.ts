/** Which of the two looks is on: iPhones and Macs have one, everything else the other. */
export const isIos = (): boolean => document.documentElement.dataset.platform === "ios";
