// Before the first paint: the reader's choice of light or dark, and a mark that scripts run.
{const root=document.documentElement;root.classList.add("js");try{const t=localStorage.getItem("ff-theme");if(t==="light"||t==="dark")root.dataset.theme=t}catch{}}
