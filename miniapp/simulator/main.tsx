import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Simulator } from "./simulator.tsx";
import "./tokens.css";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
createRoot(root).render(
  <StrictMode>
    <Simulator />
  </StrictMode>,
);
