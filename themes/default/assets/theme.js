// Before the first paint: the reader's choice of light or dark, and a mark that scripts run. From disk none does that matters, since browsers load no modules from there.
{const root=document.documentElement;if(location.protocol!=="file:")root.classList.add("js");try{const t=localStorage.getItem("ff-theme");if(t==="light"||t==="dark")root.dataset.theme=t}catch{}}
